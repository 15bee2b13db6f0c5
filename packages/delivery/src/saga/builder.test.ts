import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeliveryError } from "../errors.ts";
import { message } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import { saga } from "./builder.ts";
import { planOf } from "./definition.ts";
import { sagaRegistry } from "./registry.ts";
import { forever, limitedRetry } from "./retry-policy.ts";
import { workerSettings } from "./settings.ts";

const schema: StandardSchema<{ sku: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { sku: string } }) },
};
const Go = message("go", { schema });
const wrong = (what: RegExp) => (error: unknown) =>
  isDeliveryError(error) && error.code === "CONFIGURATION" && what.test(error.message);
const step = { do: () => 1, undo: () => {} };
const wait = { for: Go, match: () => null, by: "1d" } as const;

describe("a saga's definition", () => {
  it("is a value: each call makes another one", () => {
    const one = saga("a", schema).step("x", step);
    const two = one.pivot("y", { do: () => 1 });
    assert.deepEqual([one.steps.length, two.steps.length], [1, 2]);
    assert.notEqual(one.hash, two.hash);
  });

  it("has one hash for the same steps, whatever their times and limits, and another for other steps", () => {
    const base = saga("a", schema)
      .step("x", step)
      .wait("w", { ...wait, else: "compensate" });
    const tuned = saga("a", schema)
      .step("x", { ...step, timeoutMs: 7, retry: { attempts: 9 } })
      .wait("w", { ...wait, by: 5, else: "compensate" });
    assert.equal(base.hash, tuned.hash);
    const others = [
      saga("b", schema)
        .step("x", step)
        .wait("w", { ...wait, else: "compensate" }),
      saga("a", schema, { version: "2" })
        .step("x", step)
        .wait("w", { ...wait, else: "compensate" }),
      saga("a", schema)
        .step("y", step)
        .wait("w", { ...wait, else: "compensate" }),
      saga("a", schema)
        .step("x", step)
        .wait("w", { ...wait, else: "escalate" }),
      saga("a", schema)
        .step("x", step)
        .wait("w", { ...wait, else: step }),
      saga("a", schema)
        .wait("w", { ...wait, else: "compensate" })
        .step("x", step),
    ];
    assert.equal(new Set([base, ...others].map(({ hash }) => hash)).size, others.length + 1);
  });

  it("says to the state machine what may be undone and for how long each is tried", () => {
    const plan = planOf(
      saga("a", schema)
        .step("x", { ...step, retry: { attempts: 2 } })
        .wait("w", { ...wait, else: step })
        .pivot("p", { do: () => 1, retry: forever({ stuckAfter: 3 }) })
        .pause("night", "8h"),
    );
    assert.deepEqual(plan, [
      { kind: "step", undoable: true, attemptsMax: 2, stuckAfter: 10, otherwise: null },
      { kind: "wait", undoable: true, attemptsMax: 5, stuckAfter: 10, otherwise: "branch" },
      {
        kind: "pivot",
        undoable: false,
        attemptsMax: Number.POSITIVE_INFINITY,
        stuckAfter: 3,
        otherwise: null,
      },
      {
        kind: "pause",
        undoable: false,
        attemptsMax: Number.POSITIVE_INFINITY,
        stuckAfter: 1,
        otherwise: null,
      },
    ]);
  });

  it("refuses at once what the types could not", () => {
    const any = saga as never as (...given: unknown[]) => Record<string, (...given: unknown[]) => never>;
    const start = (): Record<string, (...given: unknown[]) => never> => any("a", schema);
    const past = (): Record<string, (...given: unknown[]) => never> =>
      start()["pivot"]?.("p", { do: () => 1 }) as never;
    assert.throws(() => any("A b", schema), wrong(/name/));
    for (const name of ["", "a:b", "undo", "1a", "x".repeat(64)])
      assert.throws(() => start()["step"]?.(name, step), wrong(/name/), name);
    assert.throws(
      () =>
        saga("a", schema)
          .step("x", step)
          .step("x" as never, step),
      wrong(/two steps/),
    );
    assert.throws(() => start()["step"]?.("x", { do: () => 1 }), wrong(/undo/));
    assert.throws(() => past()["step"]?.("x", step), wrong(/undone/));
    assert.throws(() => past()["step"]?.("x", { do: () => 1, retry: { attempts: 2 } }), wrong(/forever/));
    assert.throws(() => past()["pivot"]?.("x", { do: () => 1 }), wrong(/one pivot/));
    assert.throws(() => past()["wait"]?.("x", { ...wait, else: "compensate" }), wrong(/compensate/));
    assert.throws(() => start()["pause"]?.("x", "tomorrow"), wrong(/duration/));
    assert.throws(() => start()["step"]?.("x", { ...step, timeoutMs: 0 }), wrong(/timeoutMs/));
    assert.throws(() => limitedRetry({ attempts: 0 }), wrong(/attempts/));
    assert.throws(() => forever({ stuckAfter: 0.5 }), wrong(/stuckAfter/));
    assert.throws(
      () => saga("a", schema, { previous: [saga("b", schema).step("x", step)] as never }),
      wrong(/previous/),
    );
  });
});

describe("the definitions of a process", () => {
  it("are found by hash, older ones too, and by the messages they wait for", () => {
    const old = saga("a", schema).step("x", step);
    const now = saga("a", schema, { previous: [old as never] }).wait("w", { ...wait, else: "escalate" });
    const { replies, ...registry } = sagaRegistry([now as never]);
    assert.deepEqual(registry.hashes, [old.hash, now.hash]);
    assert.equal(registry.get(old.hash), old);
    assert.deepEqual(
      replies.map(({ type }) => type),
      ["go"],
    );
    assert.deepEqual(
      registry.waitsFor("go").map(({ hash, place }) => [hash, place]),
      [[now.hash, 0]],
    );
    assert.deepEqual(registry.waitsFor("come"), []);
  });

  it("are refused when one has no steps, and when two of one name do not know each other", () => {
    const one = saga("a", schema).step("x", step);
    assert.throws(() => sagaRegistry([saga("a", schema)]), wrong(/no steps/));
    assert.throws(
      () => sagaRegistry([one as never, saga("a", schema).step("y", step) as never]),
      wrong(/previous/),
    );
  });
});

describe("the settings of a worker", () => {
  it("have defaults, and refuse what cannot be", () => {
    assert.deepEqual(workerSettings({}), {
      concurrency: 16,
      leaseMs: 30_000,
      pollMsMax: 1_000,
      slowRetryMs: 900_000,
      drainMs: 5_000,
    });
    for (const options of [
      { concurrency: 0 },
      { leaseMs: 0 },
      { leaseMs: 600_001 },
      { pollMsMax: -1 },
      { slowRetryMs: Number.NaN },
      { drainMs: -1 },
    ])
      assert.throws(() => workerSettings(options), wrong(/takes/));
  });
});
