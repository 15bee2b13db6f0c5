import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { message } from "../message.ts";
import type { StandardSchema } from "../standard-schema.ts";
import { saga } from "./builder.ts";
import { afterwards, dataFor, dueInMs, type HeldSaga, heldSaga, withReplies } from "./held.ts";
import { forever } from "./retry-policy.ts";
import type { SagaRow, StepRow } from "./rows.ts";
import type { Happening } from "./saga-state.ts";

const schema: StandardSchema<{ sku: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { sku: string } }) },
};
const Go = message("go", { schema });
const backoff = { baseMs: 100, factor: 2, capMs: 300, jitter: "none" } as const;
const definition = saga("held", schema)
  .step("first", { do: () => 1, undo: () => {}, retry: { attempts: 9, ...backoff } })
  .step("quiet", { do: () => {}, undo: () => {}, retry: { attempts: 9, ...backoff } })
  .wait("go", { for: Go, match: () => null, by: "1h", else: "continue" })
  .pivot("last", { do: () => 3, retry: forever({ stuckAfter: 2, ...backoff }) });

function held(row: Partial<SagaRow> = {}, steps: readonly StepRow[] = []): HeldSaga {
  return heldSaga(
    {
      id: "a",
      name: "held",
      definition: definition.hash,
      input: "{}",
      lineage: "{}",
      status: "running",
      during: null,
      place: 0,
      failures: 0,
      calling: false,
      error: null,
      lease: 1,
      version: 0,
      ...row,
    },
    steps,
    definition,
  );
}
const called: Happening = { type: "called" };
const failed: Happening = { type: "failed", permanent: false };
const random = seededRandom(1);
const reply: StepRow = {
  place: 2,
  name: "go",
  mark: "replied",
  calls: 0,
  undoCalls: 0,
  failures: 0,
  undoFailures: 0,
  result: '{"sku":"milk"}',
  error: null,
};

describe("a saga in a worker's hands", () => {
  it("shows each element the input and the results of those before it, and of no other", () => {
    const done = (saga_: HeldSaga, result: string | null): HeldSaga =>
      afterwards(afterwards(saga_, called), { type: "succeeded" }, { result });
    const now = withReplies(done(done(held(), "7"), null), [reply]);
    assert.equal("at" in now.state && now.state.at, 3);
    assert.deepEqual(dataFor(now, { sku: "tea" }, 3), { sku: "tea", first: 7, go: { sku: "milk" } });
    assert.deepEqual(dataFor(now, { sku: "tea" }, 1), { sku: "tea", first: 7 });
    assert.deepEqual(dataFor(now, { sku: "tea" }, 0), { sku: "tea" });
    assert.ok(Object.isFrozen(dataFor(now, {}, 0)));
    const open = afterwards(now, called);
    assert.deepEqual(dataFor(afterwards(open, failed), {}, 3), { first: 7, go: { sku: "milk" } });
  });

  it("is due again after the backoff of its step, a wait's time, or slowly where it is stuck", () => {
    const fails = (saga_: HeldSaga): HeldSaga => afterwards(afterwards(saga_, called), failed);
    assert.equal(dueInMs(held(), 1_000, random), 0);
    const failures = [1, 2, 3, 4].map((times) =>
      dueInMs(
        Array.from({ length: times }).reduce<HeldSaga>((one) => fails(one), held()),
        1_000,
        random,
      ),
    );
    assert.deepEqual(failures, [100, 200, 300, 300]);
    assert.equal(dueInMs(held({ status: "waiting", place: 2 }), 1_000, random), 3_600_000);
    const stuck = fails(fails(held({ place: 3 })));
    assert.equal(stuck.state.status, "stuck");
    const slowMs = dueInMs(stuck, 1_000, random);
    assert.ok(slowMs !== null && slowMs >= 800 && slowMs <= 1_200, String(slowMs));
    assert.equal(dueInMs(held({ status: "stuck", during: "waiting", place: 2 }), 1_000, random), null);
    assert.equal(dueInMs(held({ status: "completed", place: 4 }), 1_000, random), null);
  });

  it("counts calls and failures of each element, and keeps the last failure until it goes well", () => {
    const once = afterwards(afterwards(held(), called), failed, { error: "down" });
    const row = { ...once.steps.get(0) };
    assert.deepEqual([row.calls, row.failures, row.error, once.error], [1, 1, "down", "down"]);
    const well = afterwards(afterwards(once, called), { type: "succeeded" }, { result: "1" });
    assert.deepEqual([well.steps.get(0)?.calls, well.steps.get(0)?.error, well.error], [2, null, null]);
    const back = afterwards(afterwards(well, called), { type: "failed", permanent: true }, { error: "no" });
    const undone = afterwards(afterwards(back, called), failed, { error: "undo is down" });
    const step = undone.steps.get(1);
    assert.deepEqual([step?.undoCalls, step?.undoFailures, step?.failures], [1, 1, 1]);
  });

  it("takes up a message that came, and leaves one that came too late", () => {
    const waits = withReplies(held({ status: "waiting", place: 2 }), [reply]);
    assert.deepEqual([waits.state.status, "at" in waits.state && waits.state.at], ["running", 3]);
    const loaded = held({ status: "waiting", place: 2 }, [reply]);
    assert.equal(loaded.state.status, "waiting", "it is taken up by whoever keeps that it was");
    assert.equal(withReplies(loaded, [reply]).state.status, "running");
    assert.equal(held({ place: 3 }, [reply]).state.marks[2], "replied");
    const late = held({ place: 3 });
    assert.equal(withReplies(late, [reply]), late);
  });
});
