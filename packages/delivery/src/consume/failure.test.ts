import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffOf, seededRandom } from "@holdfast/core";
import { DeliveryError, type DeliveryErrorCode } from "../errors.ts";
import { permanent } from "../permanent.ts";
import { type Consequence, consequenceOf, type FailedRun, type Stage } from "./failure.ts";

const policy = { attempts: 3, backoff: backoffOf({ baseMs: 100, jitter: "none" }) };
const coded = (code: DeliveryErrorCode) => new DeliveryError(code, "x");
const run = (stage: Stage, error: unknown, about: Partial<FailedRun> = {}): FailedRun => ({
  stage,
  error,
  failed: 0,
  conflicts: 0,
  stopping: false,
  ...about,
});
const brief = (next: Consequence): string => Object.values(next).join(" ");
const decide = (one: FailedRun): string => brief(consequenceOf(one, policy, seededRandom(1)));

describe("what follows from a failed attempt", () => {
  const table: readonly (readonly [string, FailedRun, RegExp])[] = [
    ["an error of the handler", run("handler", new Error("no")), /^retry 100$/],
    ["the second one", run("handler", new Error("no"), { failed: 1 }), /^retry 200$/],
    ["the last one", run("handler", new Error("no"), { failed: 2 }), /^bury failed$/],
    ["something that is no error", run("handler", undefined), /^retry 100$/],
    ["a permanent one", run("handler", permanent("no")), /^bury rejected$/],
    ["a permanent one of prepare", run("prepare", permanent(new Error("no"))), /^bury rejected$/],
    ["data that is not what the schema asks for", run("read", coded("MESSAGE_INVALID")), /^bury invalid$/],
    ["a schema that throws", run("read", new Error("bug")), /^retry 100$/],
    ["an outgoing message that is invalid", run("handler", coded("MESSAGE_INVALID")), /^retry 100$/],
    ["the time limit", run("handler", coded("HANDLER_TIMEOUT")), /^retry 100$/],
    ["a lost lease", run("end", coded("LEASE_LOST"), { failed: 2, stopping: true }), /^leave$/],
    ["a stop", run("handler", new Error("stop"), { failed: 2, stopping: true }), /^release stopping$/],
    ["a store that is away", run("entry", coded("STORE_UNREACHABLE"), { failed: 2 }), /^release outage$/],
    ["one that goes away in the handler", run("handler", coded("STORE_UNREACHABLE")), /^release outage$/],
    ["a COMMIT of which nobody knows", run("end", coded("TX_COMMIT_UNKNOWN")), /^release outage$/],
    ["another store that prepare asked", run("prepare", coded("STORE_UNREACHABLE")), /^retry 100$/],
    ["a full disk", run("end", coded("STORE_NO_SPACE")), /^release outage$/],
    ["tables of ours that are missing", run("entry", coded("STORE_SCHEMA_MISSING")), /^release outage$/],
    [
      "tables of the handler's that are missing",
      run("handler", coded("STORE_SCHEMA_MISSING")),
      /^retry 100$/,
    ],
    ["a duplicate that takes long", run("entry", coded("STORE_BUSY")), /^release busy$/],
    ["a lock that the handler did not get", run("handler", coded("STORE_BUSY")), /^retry 100$/],
    ["a deadlock", run("handler", coded("STORE_CONFLICT"), { failed: 2 }), /^again [\d.]+$/],
    ["deadlocks without end", run("handler", coded("STORE_CONFLICT"), { conflicts: 3 }), /^retry 100$/],
    [
      "deadlocks without end around the inbox",
      run("entry", coded("STORE_CONFLICT"), { conflicts: 3 }),
      /^release busy$/,
    ],
    ["a statement whose failure was swallowed", run("end", coded("TX_ROLLED_BACK")), /^retry 100$/],
    ["a transaction that stood idle for too long", run("handler", coded("TX_TIMED_OUT")), /^retry 100$/],
    ["the same at COMMIT", run("end", coded("TX_TIMED_OUT")), /^retry 100$/],
    ["waiting on SQLite", run("handler", coded("TX_AWAITS_OUTSIDE")), /^retry 100$/],
  ];
  for (const [name, one, expected] of table) it(`knows ${name}`, () => assert.match(decide(one), expected));

  it("waits longer from one failure to the next, up to an hour, by chance", () => {
    const backoff = backoffOf({ baseMs: 1_000, capMs: 3_600_000 });
    const random = seededRandom(7);
    for (let failed = 0; failed < 40; failed++) {
      const next = consequenceOf(run("handler", null, { failed }), { attempts: 99, backoff }, random);
      assert.ok(next.do === "retry" && next.waitMs <= Math.min(3_600_000, 1_000 * 2 ** failed));
    }
  });
});
