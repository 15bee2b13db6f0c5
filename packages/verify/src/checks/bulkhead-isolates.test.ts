import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExperimentEvidence, Judgement } from "../model.ts";
import { silenceBesideName } from "../neighbour-experiments.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { type LoadFacts, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { besideScenario, withNeighbour } from "../testing/neighbours.ts";
import { plannedBy } from "../testing/served.ts";
import { bulkheadIsolates } from "./bulkhead-isolates.ts";

const alone = targetWith();
const other = withNeighbour(alone);
const same = withNeighbour(alone, "same");
/** A call whose request got no answer for a second. */
const hung: CallFacts = { attempts: [{ at: 2, doneAt: null, closedAt: 1_000 }], endedAt: 1_005 };
/** A call that found no place. */
const crowded: CallFacts = { endedAt: 900 };
const calm: CallFacts = { outcome: "succeeded", endedAt: 4 };

interface Seen {
  readonly before?: readonly CallFacts[];
  readonly during?: readonly CallFacts[];
  readonly ready?: readonly CallFacts[];
  readonly failing?: readonly CallFacts[];
  readonly load?: Partial<LoadFacts>;
}

function judged(
  { before = times(40, served), during, ready = times(30, calm), failing = times(100, hung), load }: Seen,
  at = other,
): Judgement {
  const beside = {
    ...(during === undefined ? {} : { [besideScenario]: { healthy: before, failing: during } }),
    ready: { healthy: times(20, calm), failing: ready },
  };
  const found = loadExperiment(silenceBesideName, { stages: { healthy: well, failing }, beside, ...load });
  return verdictOf(bulkheadIsolates, evidenceWith({ [silenceBesideName]: withAnswers(found) }), at);
}

/** A call of a neighbour whose request went out at once and was answered so, so long after it came; `null`: never. */
function answered(status: number, afterMs: number | null, more: Partial<CallFacts> = {}): CallFacts {
  const response = { status, headers: [], bodyBytes: 2, firstByteMs: 0, completeMs: afterMs };
  return { attempts: [{ at: 2, healthy: true, response }], ...more };
}

/** Answers at their times: facts count them from the arrival of their request. */
function withAnswers(found: ExperimentEvidence): ExperimentEvidence {
  const moved = (found.loads ?? []).map((load) => ({
    ...load,
    beside: (load.beside ?? []).map((row) => ({
      ...row,
      calls: row.calls.map((call) => ({
        ...call,
        attempts: call.attempts.map(({ response, ...one }) => {
          const after = response?.completeMs ?? null;
          const completeMs = after === null ? null : one.arrivedMs + after;
          return { ...one, response: response === null ? null : { ...response, completeMs } };
        }),
      })),
    })),
  }));
  return { ...found, loads: moved };
}

describe("bulkhead-isolates", () => {
  it("passes when others go on while calls hang, and says how many did", () => {
    const found = judged({ during: times(80, served) });

    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /while up to 2\d calls waited for payments\.charge, the others went on: of 80 calls/,
    );
    assert.ok((found.estimate?.interval?.[1] ?? 1) <= 0.1);
  });

  it("fails when others find no place, and shows how many requests filled it", () => {
    const found = judged({ during: [...times(20, served), ...times(60, crowded)] });

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /60 of 60 disturbed calls sent no request at all/);
    assert.match(found.because, /at most 2\d requests of the slow operation were under way at once/);
    assert.match(found.diagnosis ?? "", /pool, a semaphore/);
  });

  it("tells a wait for a place from a service that takes nothing in, and from answers that nobody reads", () => {
    const waited: CallFacts = {
      ...served,
      attempts: [{ at: 800, healthy: true, doneAt: 803 }],
      endedAt: 805,
    };
    const unread: CallFacts = { ...served, endedAt: 800 };

    assert.match(
      judged({ during: times(80, waited) }).because,
      /waited 800 ms before their request went out/,
    );
    assert.match(judged({ during: times(80, unread) }).diagnosis ?? "", /event loop, or a worker/);
    const deaf = judged({ during: times(80, waited), ready: times(30, { endedAt: 900 }) });
    assert.match(deaf.because, /did not even answer whether it is ready, 30 of 30 times/);
    assert.match(deaf.diagnosis ?? "", /threads of the server/);
  });

  it("advises where the others are of the same provider, or are the service's own answer alone", () => {
    assert.equal(judged({ during: times(80, crowded) }, same).verdict, "advice");
    assert.equal(judged({ ready: times(40, crowded) }, alone).verdict, "advice");
    assert.equal(judged({ ready: times(40, calm) }, alone).verdict, "pass");
  });

  it("is not fooled by a breaker: who is refused while nothing is under way lacks no room", () => {
    const failing = [...times(60, hung), ...times(100, refused)];
    const during = [...times(40, served), ...times(60, refused)];
    const found = judged({ during, failing });

    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /`right-granularity` asks about that/);
  });

  it("is not fooled by a neighbour's own provider that refuses or is slow", () => {
    const limited = answered(429, 3, { endedAt: 10 });
    const slow = answered(200, 790, { outcome: "succeeded", endedAt: 800 });
    const gaveUp: CallFacts = { attempts: [{ at: 2, healthy: true, closedAt: 90 }], endedAt: 92 };
    for (const theirs of [limited, slow, gaveUp]) {
      const found = judged({ during: [...times(40, served), ...times(80, theirs)] });

      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, /it was their provider that was slow or refused in 80 of the others/);
      assert.equal(found.more?.experiment, silenceBesideName);
    }
  });

  it("fails all the same where enough others found no room, or left an answer unread that came in time", () => {
    const limited = answered(429, 3, { endedAt: 10 });
    const unread = answered(200, 3, { outcome: "succeeded", endedAt: 800 });
    const found = judged({ during: [...times(20, served), ...times(20, limited), ...times(40, crowded)] });

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /40 of 40 disturbed calls sent no request at all/);
    assert.equal(judged({ during: [...times(20, limited), ...times(60, unread)] }).verdict, "fail");
  });

  it("is inconclusive where those that are left over are too few to tell", () => {
    const failing = [...times(60, hung), ...times(100, refused)];
    const during = [...times(74, served), ...times(10, crowded), ...times(9, refused)];
    const found = judged({ during, failing });

    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /the other 10 are too few to tell whether more than 10 % found no room/);
    assert.equal(found.more?.experiment, silenceBesideName);
  });

  it("does not count calls that were not watched for as long as they may take", () => {
    const patient: CallFacts = { ...served, endedAt: 7_000 };
    const watched = (forMs: number): CallFacts => ({
      ...served,
      outcome: "unfinished",
      endedAt: null,
      watchedUntil: forMs,
    });
    const seen = (...during: readonly CallFacts[]) => judged({ before: times(40, patient), during });
    const cutShort = seen(...times(80, patient), ...times(40, watched(5_000)));

    assert.equal(cutShort.verdict, "inconclusive");
    assert.match(cutShort.because, /40 more were not watched for that long/);
    assert.equal(seen(...times(80, patient), watched(5_000)).verdict, "pass");
    assert.equal(seen(...times(80, patient), ...times(40, watched(15_000))).verdict, "fail");
    assert.match(
      seen(...times(10, patient), ...times(40, watched(5_000))).because,
      /watched for as long as they may/,
    );
  });

  it("is inconclusive without pressure, on few calls, and on answers without a request", () => {
    assert.match(
      judged({ during: times(80, served), failing: times(20, hung) }).because,
      /20 calls and 20 requests/,
    );
    assert.equal(judged({ during: times(10, served) }).verdict, "inconclusive");
    const some = judged({ during: [...times(72, served), ...times(8, crowded)] });
    assert.equal(some.verdict, "inconclusive");
    assert.equal(some.more?.experiment, silenceBesideName);
    assert.match(judged({ during: times(80, calm) }).because, /a cache or a fallback/);
    const problem = judged({ during: times(80, served), load: { problem: "the instance ended by itself" } });
    assert.equal(problem.verdict, "inconclusive");
  });

  it("allows what a busy machine takes, and says when it was too busy", () => {
    const slower: CallFacts = { ...served, endedAt: 100 };
    const late: CallFacts = { ...served, endedAt: 1_500 };
    const before = [...times(35, served), ...times(5, late)];

    assert.equal(judged({ during: times(80, slower) }).verdict, "pass");
    const found = judged({ before, during: times(80, slower) });
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /this machine was too busy/);
  });

  it("does not hold operations against one another that share a declared limit", () => {
    const limited = withNeighbour(targetWith({ policy: { limit: { concurrent: 5 } } }), "same");
    const [planned] = plannedBy(bulkheadIsolates, limited);

    assert.ok(planned?.procedure?.kind === "load");
    assert.deepEqual(planned.procedure.beside, [{ scenario: null, ratePerSecond: 5 }]);
  });

  it("does not apply where nothing can be asked meanwhile, and says when it was not made", () => {
    const deaf = targetWith({ service: { ready: null } });
    const command = withNeighbour(targetWith({ scenario: { act: { kind: "exec", command: ["call"] } } }));

    assert.equal(verdictOf(bulkheadIsolates, evidenceWith({}), deaf).verdict, "not-applicable");
    assert.equal(verdictOf(bulkheadIsolates, evidenceWith({}), command).verdict, "not-applicable");
    const found = verdictOf(bulkheadIsolates, evidenceWith({}), other);
    assert.equal(found.verdict, "not-tested");
    assert.match(found.because, /--profile full/);
  });
});
