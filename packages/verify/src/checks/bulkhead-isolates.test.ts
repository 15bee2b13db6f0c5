import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Judgement } from "../model.ts";
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
  return verdictOf(bulkheadIsolates, evidenceWith({ [silenceBesideName]: found }), at);
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
