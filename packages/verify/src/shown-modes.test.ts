import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble } from "./evidence.ts";
import type { CallRecord, Observation } from "./model.ts";
import { shownModes } from "./shown-modes.ts";
import { targetWith } from "./testing/evidence.ts";
import { callRecord, exchangeRecord, experimentRecord, smallRun } from "./testing/observations.ts";

const { contract, scenario, integration, operation } = targetWith();
const used = {
  ...contract,
  integrations: [{ ...integration, operations: [operation] }],
  scenarios: [{ ...scenario, uses: [{ integration: integration.name, operation: operation.name }] }],
};
const shown = (observations: readonly Observation[], failedCheck?: string) => {
  const checks =
    failedCheck === undefined
      ? []
      : [{ id: failedCheck, verdict: "fail", integration: integration.name, because: "two effects" }];
  return shownModes(used, assemble(observations), { run: "r", items: [{ checks }] } as never);
};

/** A run of an outage, by 503 for ever. */
function outage(calls: readonly CallRecord[], more: readonly Observation[] = []): readonly Observation[] {
  const steps = [{ fault: { kind: "status", status: 503 }, times: "forever" as const }];
  const experiment = experimentRecord("503-forever", { program: { steps } });
  return smallRun("503-forever", calls, more).map((one) =>
    one.type === "experiment" ? { ...one, experiment } : one,
  );
}

describe("failure modes that a run showed", () => {
  it("are told with how they looked, what was logged, and what helped", () => {
    const failed = callRecord("a", { outcome: "failed", status: 502, error: "no payment" });
    const saved = callRecord("b", { index: 2, outcome: "succeeded" });
    const log = (call: string): Observation => ({
      type: "call-log",
      call,
      instance: "i",
      lines: 2,
      linesWithId: 2,
      excerpt: ["charge 17 failed", "charge 18 failed"],
    });
    const again = exchangeRecord("b", { at: 500, id: "again", healthy: true });
    const run = outage([failed, saved], [again, log("a")]);
    const [mode, ...others] = shown(run);
    assert.deepEqual(others, []);
    assert.equal(mode?.mode, "provider unavailable (5xx)");
    assert.equal(mode.calls, 2);
    assert.equal(mode.failed, 1);
    assert.match(mode.signature ?? "", /502.*no payment/);
    assert.deepEqual(mode.logLines, ["charge 18 failed"]);
    assert.deepEqual(mode.faults, ["test"]);
    assert.deepEqual(mode.ends, ["Failing took 1 s."]);
    assert.deepEqual(mode.worked, [
      "1 of 2 calls succeeded with an attempt that followed those that were hit.",
    ]);
  });

  it("are told by the look that most calls had, whatever ids stand in it", () => {
    const [a, b, c] = ["hfa1c00001", "hfa1c00002", "hfa1c00003"].map((id, index) =>
      callRecord(id, { index, error: index === 0 ? "socket hang up" : `no payment for ${id}` }),
    ) as [CallRecord, CallRecord, CallRecord];
    assert.match(shown(outage([a, b, c]))[0]?.signature ?? "", /no payment for hfa1c00002/);
  });

  it("quote a kind of line once, whatever ids stand in it, and trouble first", () => {
    const line = (level: string, id: string) => `{"level":"${level}","request_id":"${id}"}`;
    const excerpt = [
      line("info", "279d0a20-3f5e-429f-b66b-fb292c1abc3d"),
      line("warn", "279d0a20-3f5e-429f-b66b-fb292c1abc3d"),
      line("warn", "c7c4fed4-c796-4d4f-963e-cf4a6b59527c"),
    ];
    const log: Observation = {
      type: "call-log",
      call: "a",
      instance: "i",
      lines: 3,
      linesWithId: 3,
      excerpt,
    };
    const lines = shown(outage([callRecord("a")], [log]))[0]?.logLines;
    assert.deepEqual(lines, [excerpt[2], excerpt[0]]);
  });

  it("are those that a failed check names too, and none where nothing was made", () => {
    assert.deepEqual(shown([]), []);
    const run = outage([callRecord("a")]);
    const modes = shown(run, "one-effect-on-lost-reply").map(({ mode, signature }) => [mode, signature]);
    assert.deepEqual(modes.at(-1), ["effect happens twice", "two effects"]);
  });
});
