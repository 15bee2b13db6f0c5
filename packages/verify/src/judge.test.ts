import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Contract } from "@holdfast/contract";
import { type JudgeOptions, judge } from "./judge.ts";
import { instanceOf, targetWith } from "./testing/evidence.ts";
import { callRecord, exchangeRecord, smallRun } from "./testing/observations.ts";

const { contract } = targetWith({ policy: { retry: { attempts: 3 } } });
const healthy = Array.from({ length: 6 }, (_, index) =>
  callRecord(`w${index}`, { phase: "warm-up", index: 0, outcome: "succeeded", instance: `w-${index}` }),
);
const samples = Array.from({ length: 4 }, (_, index) => callRecord(`s${index}`, { instance: `i${index}` }));
const retries = samples.flatMap((call) =>
  [100, 200, 300].map((at) =>
    exchangeRecord(call.id, { at, id: `${call.id}-${at}`, instance: call.instance }),
  ),
);
const observations = smallRun("503-forever", [...healthy, ...samples], retries);

function judged(more: Partial<JudgeOptions> = {}, changes: Partial<Contract> = {}) {
  return judge({
    contract: { ...contract, ...changes },
    observations,
    today: "2026-11-23",
    repeat: (id) => `holdfast verify --only ${id}`,
    remedies: { bounded: "Count attempts.", jitters: "Add jitter." },
    only: ["bounded"],
    ...more,
  });
}

const resultIn = (checklist: ReturnType<typeof judged>, id: string) =>
  checklist.items.flatMap((item) => item.checks).find((one) => one.id === id);

describe("judge", () => {
  it("makes a checklist of ten items from observations alone, the same every time", () => {
    const found = judged();
    assert.equal(found.items.length, 10);
    assert.deepEqual([found.run, found.service, found.seed], ["r1", "checkout", 7]);
    assert.deepEqual(judged(), found);
  });

  it("says of each result where its commitment stands, how to repeat it and what to do", () => {
    const found = resultIn(judged(), "bounded");
    assert.equal(found?.verdict, "fail");
    assert.equal(found?.contract?.path, "integrations.payments.policy.retry.attempts");
    assert.equal(found?.repeat, "holdfast verify --only bounded");
    assert.equal(found?.remedy, "Count attempts.");
    assert.equal(found?.scenario, "place-order");
  });

  it("says whether the commitment itself is declared, for its place may be that of a parent", () => {
    assert.equal(resultIn(judged(), "bounded")?.contract?.declared, false);
    const declares = (path: readonly (string | number)[]) => path.at(-1) === "attempts";
    assert.equal(resultIn(judged({}, { declares }), "bounded")?.contract?.declared, true);
  });

  it("leaves what was not asked for untested, with no remedy", () => {
    const found = resultIn(judged(), "jitters");
    assert.deepEqual(
      [found?.verdict, found?.because, found?.remedy],
      ["not-tested", "not asked for in this run", undefined],
    );
  });

  it("drafts the incident and the finding of a failure, and none once it is accepted", () => {
    assert.equal(judged().incidents.length, 1);
    const accept = [
      {
        check: "bounded",
        at: null,
        reason: "r",
        owner: "o",
        until: "2026-11-23",
        place: { line: 1, column: 1 },
      },
    ];
    const accepted = judged({}, { accept });
    assert.equal(accepted.incidents.length, 0);
    assert.equal(accepted.findings[0]?.accepted, true);
    assert.equal(judged({ today: "2026-11-24" }, { accept }).incidents.length, 1);
    assert.match(judged({ today: "2026-11-24" }, { accept }).notes?.[0] ?? "", /expired/);
  });

  it("counts what the run took, and what nothing could have beaten", () => {
    const found = judged({ wallMs: 9_000 });
    assert.equal(found.wallMs, 9_000);
    assert.equal(found.startMs, 100);
    assert.equal(found.longestExperimentMs, 3_000);
    assert.deepEqual(
      found.experiments.map((one) => [one.samples, one.wallMs]),
      [[10, 3_000]],
    );
    assert.equal(found.lowerBoundMs, Math.round((100 + 10 * 1_500) / 4));
  });

  it("adds the gate, which everything waits for, to what nothing could have beaten", () => {
    const gate = callRecord("g", { phase: "gate", instance: "gate", startedMs: 0, watchedUntilMs: 700 });
    const instances = [
      instanceOf({ experiment: "place-order/payments.charge/503-forever" }),
      instanceOf({ instance: "gate", experiment: "gate", readyMs: null }),
    ];
    const gated = smallRun("503-forever", [gate, ...healthy, ...samples], retries, instances);
    const bound = (given: typeof gated) => judged({ observations: given }).lowerBoundMs;
    assert.equal(bound(gated) - bound(observations), 700);
  });

  it("says of what a contract names and Holdfast cannot do yet where it stands", () => {
    const notBuilt = [{ path: ["integrations", "orders"], place: { line: 12, column: 3 }, what: "postgres" }];
    assert.deepEqual(judged({}, { notBuilt }).notBuilt, [
      { path: "integrations.orders", line: 12, what: "postgres" },
    ]);
  });

  it("keeps why a run ended early", () => {
    assert.equal(judged({ interrupted: "Ctrl-C" }).interrupted, "Ctrl-C");
    assert.equal(judged().interrupted, null);
  });

  it("judges a run that saw nothing without a verdict on anything", () => {
    const found = judged({ observations: [], only: [] });
    const said = found.items.flatMap((item) => item.checks.map((one) => one.verdict));
    assert.ok(!said.includes("pass") && !said.includes("fail") && !said.includes("advice"));
  });
});
