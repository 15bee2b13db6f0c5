import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExperimentEvidence } from "../model.ts";
import {
  type CallFacts,
  evidenceWith,
  experimentOf,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { handshakesOf } from "../testing/handshakes.ts";
import { connect } from "./connect.ts";

const declared = targetWith({ policy: { connectTimeoutMs: 1_000 }, severity: "high" });
const undeclared = targetWith();

/** When attempts to connect began and ended, after the start of the call; `null`: still going on at the end. */
type Connects = readonly (readonly [beganAt: number, endedAt: number | null])[];

function holesOf(experiment: ExperimentEvidence, connects: Connects, counted: boolean) {
  return experiment.calls.map((call) => ({
    type: "black-hole" as const,
    proxy: "p",
    integration: "payments",
    armedCall: call.id,
    fault: { spec: { kind: "black-hole" }, step: 0 },
    closedMs: call.startedMs - 10,
    reopenedMs: call.watchedUntilMs + 10,
    counted,
    connects: connects.map(([beganAt, endedAt]) => ({
      beganMs: call.startedMs + beganAt,
      endedMs: endedAt === null ? null : call.startedMs + endedAt,
    })),
  }));
}

function judged(call: CallFacts, connects: Connects, target = declared, count = 5, counted = true) {
  const experiment = experimentOf("black-hole", times(count, call));
  const blackHoles = holesOf(experiment, connects, counted);
  return verdictOf(connect, evidenceWith({ "black-hole": experiment }, { blackHoles }), target);
}

describe("connect", () => {
  it("passes when attempts to connect are given up in time", () => {
    const found = judged({ endedAt: 2_300 }, [
      [10, 1_010],
      [1_200, 2_290],
    ]);
    assert.equal(found.verdict, "pass");
    assert.equal(found.estimate?.value, 1_090);
    assert.equal(found.limit?.value, 1_000);
    assert.equal(found.fired, 10);
    assert.match(found.because, /10 attempts to connect in 5 calls .* 1.09 s .* declared 1 s$/);
  });

  it("fails when they are given up later than declared, and advises when only the default is missed", () => {
    assert.equal(judged({ endedAt: 1_500 }, [[10, 1_490]]).verdict, "fail");
    const found = judged({ endedAt: 7_000 }, [[10, 6_990]], undeclared);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /6.98 s .*default of 5 s \(nothing is declared\)$/);
  });

  it("names a limit that nobody chose", () => {
    const found = judged({ endedAt: 10_600 }, [[10, 10_500]], undeclared);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /default of undici/);
  });

  it("fails when one is not seen to be given up, declared or not", () => {
    for (const target of [declared, undeclared]) {
      const found = judged({ endedAt: null, watchedUntil: 12_500 }, [[10, null]], target);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, /not seen to be given up within 12.5 s/);
      assert.equal(found.evidence.length, 3);
    }
  });

  it("passes for the bound when the attempt timeout or the deadline ends it first, and says so", () => {
    const policy = { attemptTimeoutMs: 800, deadlineMs: 4_000 };
    const attempts = judged({ endedAt: 810 }, [[10, 808]], targetWith({ policy }));
    assert.equal(attempts.verdict, "pass");
    assert.match(attempts.because, /attempt timeout that ends them/);
    const call = judged({ endedAt: 4_010 }, [[10, 4_005]], targetWith({ policy }));
    assert.match(call.because, /deadline of the call that ends them/);
  });

  it("judges by the next attempt and the caller's answer where sockets go on, and says that they do", () => {
    const found = judged(
      { endedAt: 2_000, watchedUntil: 9_000 },
      [
        [10, null],
        [1_000, null],
      ],
      undeclared,
    );
    assert.equal(found.verdict, "pass");
    assert.equal(found.estimate?.value, 1_000);
    assert.match(found.because, /in 5 of them the socket itself went on for 8/);
  });

  it("does not take the pause between attempts for a wait, nor for a proof that there was none", () => {
    const lingering: Connects = [
      [10, null],
      [2_100, null],
    ];
    const found = judged({ endedAt: 2_400 }, lingering);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /cannot be told from the pause/);
    assert.equal(judged({ endedAt: 4_400 }, lingering).verdict, "fail");
  });

  it("does not count what began after the answer or ended before the call", () => {
    const found = judged({ endedAt: 100, watchedUntil: 20_000 }, [
      [-300, -200],
      [500, null],
    ]);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /0 of 5 calls tried to connect/);
  });

  it("is inconclusive when too few tried, when nothing can be counted, or when it did not run", () => {
    assert.equal(judged({ endedAt: 100 }, [[10, 90]], declared, 2).verdict, "inconclusive");
    const uncounted = judged({ endedAt: 100 }, [], declared, 5, false);
    assert.equal(uncounted.verdict, "inconclusive");
    assert.match(uncounted.because, /Linux/);
    assert.match(verdictOf(connect, evidenceWith({}), declared).because, /did not run/);
  });

  describe("over TLS", () => {
    const secured = { ...declared, integration: { ...declared.integration, tls: true } };

    /** Attempts to connect that were given up in time, and handshakes that lasted as `shown` says. */
    function judgedOverTls(shown: Connects, call: CallFacts = { endedAt: 2_300 }) {
      const hole = experimentOf("black-hole", times(5, { endedAt: 1_100 }));
      const hang = experimentOf("tls-hang", times(5, call));
      const handshakes = handshakesOf(hang, { kind: "tls-hang" }, shown);
      const blackHoles = holesOf(hole, [[10, 1_010]], true);
      const experiments = { "black-hole": hole, "tls-hang": hang };
      return verdictOf(connect, evidenceWith(experiments, { blackHoles, handshakes }), secured);
    }

    it("asks the same of handshakes, and passes when both are given up in time", () => {
      const found = judgedOverTls([
        [10, 1_010],
        [1_200, 2_290],
      ]);
      assert.equal(found.verdict, "pass");
      assert.match(
        found.because,
        /^5 attempts to connect .*; 10 TLS handshakes in 5 calls were given up after 1.09 s/,
      );
    });

    it("fails on a handshake that nobody gives up, whatever connecting does", () => {
      const found = judgedOverTls([[10, null]], {
        endedAt: null,
        outcome: "unfinished",
        watchedUntil: 6_000,
      });
      assert.equal(found.verdict, "fail");
      assert.match(
        found.because,
        /^5 TLS handshakes were not seen to be given up within 5.99 s while the provider/,
      );
      assert.match(found.diagnosis ?? "", /in the TLS handshake, nothing limits the wait/);
    });

    it("is open when the handshakes were not tried", () => {
      const found = judgedOverTls([]);
      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, /^0 of 5 calls tried to connect/);
      assert.deepEqual(judged({ endedAt: 1_100 }, [[10, 1_010]], secured).verdict, "inconclusive");
    });
  });
});
