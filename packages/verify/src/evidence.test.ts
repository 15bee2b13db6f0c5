import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assemble, evidenceFor } from "./evidence.ts";
import type { Observation } from "./model.ts";
import { instanceOf, targetWith } from "./testing/evidence.ts";
import { callRecord, effectRecord, exchangeRecord, smallRun } from "./testing/observations.ts";

const target = targetWith();
const evidenceOf = (observations: readonly Observation[]) => evidenceFor(assemble(observations), target);
const found = (observations: readonly Observation[]) => {
  const experiment = evidenceOf(observations).experiments["503-forever"];
  assert.ok(experiment);
  return experiment;
};

describe("evidence", () => {
  it("gives exchanges to the call that was armed, in order of arrival, with their effects", () => {
    const run = smallRun(
      "503-forever",
      [callRecord("a")],
      [exchangeRecord("a", { at: 2, id: "early" }), effectRecord("early")],
    );
    const [call] = found(run).calls;
    assert.deepEqual(
      call?.attempts.map((one) => [one.id, one.number]),
      [
        ["early", 1],
        ["x-a", 2],
      ],
    );
    assert.equal(call?.effects.length, 1);
  });

  it("trusts the id in the request more than the call that was armed", () => {
    const late = exchangeRecord("b", { at: 900, id: "late", mentions: ["a"] });
    const run = smallRun("503-forever", [callRecord("a"), callRecord("b", { index: 2 })], [late]);
    const [a, b] = found(run).calls;
    assert.deepEqual(
      a?.attempts.map((one) => one.id),
      ["x-a", "late"],
    );
    assert.deepEqual(
      b?.attempts.map((one) => one.id),
      ["x-b"],
    );
  });

  it("keeps to the armed call when a request mentions several, and to those known", () => {
    const both = exchangeRecord("b", { at: 900, id: "both", mentions: ["a", "b"] });
    const strange = exchangeRecord("b", { at: 901, id: "strange", mentions: ["zzz"] });
    const run = smallRun("503-forever", [callRecord("a"), callRecord("b", { index: 2 })], [both, strange]);
    assert.deepEqual(
      found(run).calls[1]?.attempts.map((one) => one.id),
      ["x-b", "both", "strange"],
    );
  });

  it("counts no failed warm-up after a sample against the baseline, but every first one", () => {
    const warm = (id: string, index: number, outcome: "succeeded" | "failed") =>
      callRecord(id, { phase: "warm-up", index, outcome });
    const calls = [
      warm("a", 0, "failed"),
      callRecord("b", { index: 1 }),
      warm("c", 2, "failed"),
      warm("d", 3, "succeeded"),
    ];
    const { healthy } = evidenceOf(smallRun("503-forever", calls, []));
    assert.deepEqual(
      healthy.filter(({ phase }) => phase === "warm-up").map(({ id }) => id),
      ["a", "d"],
    );
  });

  it("counts no call against the baseline that failed while the machine stood still", () => {
    const failed = callRecord("w", {
      phase: "warm-up",
      index: 0,
      outcome: "failed",
      startedMs: 100,
      endedMs: 900,
    });
    const still: Observation = { type: "standstill", fromMs: 150, toMs: 800 };
    assert.equal(evidenceOf(smallRun("503-forever", [failed], [still])).healthy.length, 0);
    assert.equal(evidenceOf(smallRun("503-forever", [failed])).healthy.length, 1);
    const well = { ...failed, outcome: "succeeded" as const };
    assert.equal(evidenceOf(smallRun("503-forever", [well], [still])).healthy.length, 1);
  });

  it("leaves other operations out", () => {
    const other = exchangeRecord("a", { at: 9, id: "other", operation: "refund" });
    assert.equal(found(smallRun("503-forever", [callRecord("a")], [other])).calls[0]?.attempts.length, 1);
  });

  it("counts gate and warm-ups of the scenario as healthy calls, and samples to which nothing is done", () => {
    const calls = [
      callRecord("g", { phase: "gate", experiment: "place-order/gate" }),
      callRecord("w", { phase: "warm-up", index: 0 }),
      callRecord("after", { phase: "warm-up", index: 2 }),
      callRecord("s"),
      callRecord("other", { phase: "gate", experiment: "another/gate" }),
    ];
    assert.deepEqual(
      evidenceOf(smallRun("503-forever", calls)).healthy.map((call) => call.id),
      ["g", "w"],
    );
    const healthy = callRecord("h", { experiment: "place-order/payments.charge/healthy" });
    assert.deepEqual(
      evidenceOf(smallRun("healthy", [healthy])).healthy.map((call) => call.id),
      ["h"],
    );
  });

  it("lets the last record of a call stand", () => {
    const run = smallRun("503-forever", [callRecord("a", { outcome: "unfinished" }), callRecord("a")]);
    assert.deepEqual(
      found(run).calls.map((call) => call.outcome),
      ["failed"],
    );
  });

  describe("sets aside", () => {
    const poisoned = () => {
      const run = smallRun("503-forever", [callRecord("a"), callRecord("b", { index: 2 })]);
      return run.filter((one) => !(one.type === "exchange" && one.id === "x-b"));
    };

    it("a later sample that never reached the wire when the first one did", () => {
      const { calls, setAside } = found(poisoned());
      assert.deepEqual(
        calls.map((call) => call.id),
        ["a"],
      );
      assert.match(setAside[0]?.because ?? "", /open breaker or an empty budget/);
    });

    it("but not a first sample that never did: that is evidence", () => {
      const run = poisoned().filter((one) => one.type !== "exchange");
      assert.equal(found(run).calls.length, 2);
    });

    it("but not one that never ended: an open circuit answers", () => {
      const endless = callRecord("b", { index: 2, outcome: "unfinished", endedMs: null });
      const run = smallRun("503-forever", [callRecord("a"), endless]);
      const { calls } = found(run.filter((one) => !(one.type === "exchange" && one.id === "x-b")));
      assert.deepEqual(
        calls.map((call) => call.id),
        ["a", "b"],
      );
    });

    it("but not one on another instance", () => {
      const run = smallRun("503-forever", [callRecord("a"), callRecord("b", { instance: "instance-1" })]);
      assert.equal(
        found(run.filter((one) => !(one.type === "exchange" && one.id === "x-b"))).calls.length,
        2,
      );
    });

    it("what was seen through a proxy that had a problem before the watch ended", () => {
      const problem = (atMs: number) =>
        ({
          type: "proxy-problem",
          proxy: "p",
          instance: "instance-0",
          atMs,
          code: "EADDRINUSE",
          message: "",
        }) as const;
      assert.match(
        found(smallRun("503-forever", [callRecord("a")], [problem(1_200)])).setAside[0]?.because ?? "",
        /EADDRINUSE/,
      );
      assert.equal(found(smallRun("503-forever", [callRecord("a")], [problem(9_000)])).setAside.length, 0);
    });

    it("what happened while the machine stood still", () => {
      const call = callRecord("a", { startedMs: 1_000, endedMs: 1_400, watchedUntilMs: 9_000 });
      const still = (fromMs: number, toMs: number) => ({ type: "standstill", fromMs, toMs }) as const;
      const aside = (one: Observation) => found(smallRun("503-forever", [call], [one])).setAside;
      assert.match(aside(still(1_100, 2_500))[0]?.because ?? "", /^this machine stood still for 1.4 s/);
      assert.deepEqual(aside(still(1_100, 1_500)), [], "no wait of it is measured");
      assert.deepEqual(aside(still(1_500, 5_000)), [], "the caller had its answer");
    });

    it("what an instance did not live to see the end of", () => {
      const dead = (endedMs: number) => instanceOf({ end: "exited", endedMs });
      assert.equal(found(smallRun("503-forever", [callRecord("a")], [], [dead(1_400)])).setAside.length, 1);
      assert.equal(found(smallRun("503-forever", [callRecord("a")], [], [dead(60_000)])).setAside.length, 0);
      assert.equal(
        found(smallRun("503-forever", [callRecord("a")], [], [instanceOf({ endedMs: 1_400 })])).setAside
          .length,
        0,
      );
    });

    it("what happened on an instance that was never ready", () => {
      const never = instanceOf({ end: "never-ready", readyMs: null });
      assert.equal(found(smallRun("503-forever", [callRecord("a")], [], [never])).setAside.length, 1);
    });
  });

  it("says why an experiment stopped before it had its samples", () => {
    const run = smallRun("503-forever", []).map((one) =>
      one.type === "experiment" ? { ...one, stoppedBecause: "the provider is not a sandbox" } : one,
    );
    assert.deepEqual(found(run).setAside, [{ call: "", because: "the provider is not a sandbox" }]);
  });

  it("keeps leaks to their scenario", () => {
    const leak = (experiment: string) =>
      ({
        type: "leak",
        instance: "i",
        experiment,
        call: null,
        canary: "card",
        stream: "stdout",
        atMs: 1,
        line: "",
      }) as const;
    const run = smallRun(
      "503-forever",
      [],
      [leak("place-order/payments.charge/503-forever"), leak("another/x/y")],
    );
    assert.equal(evidenceOf(run).leaks.length, 1);
  });
});
