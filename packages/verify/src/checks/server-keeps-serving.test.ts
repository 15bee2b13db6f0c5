import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, experimentOf, instanceOf, verdictOf } from "../testing/evidence.ts";
import { asked, madeBy, plannedBy, servingTarget } from "../testing/served.ts";
import { serverKeepsServing } from "./server-keeps-serving.ts";

interface Facts {
  readonly beforeMs?: number;
  readonly duringMs?: (at: number) => number | null;
  readonly slowEndMs?: number | null;
  readonly during?: number;
}

/** 15 calls before, then slow connections from second 2 on, and a call beside them every 200 ms. */
function sample({
  beforeMs = 10,
  duringMs = () => 12,
  slowEndMs = 10_000,
  during = 40,
}: Facts = {}): CallFacts {
  const from = (at: number): number => 2_000 + at * 200;
  return {
    requests: [
      ...Array.from({ length: 15 }, (_, at) =>
        asked("before", 201, { startedMs: at * 50, endedMs: at * 50 + beforeMs }),
      ),
      ...Array.from({ length: during }, (_, at) => {
        const took = duringMs(at);
        return took === null
          ? asked("during", null, { startedMs: from(at), endedMs: null })
          : asked("during", 201, { startedMs: from(at), endedMs: from(at) + took });
      }),
      ...Array.from({ length: 50 }, () => asked("slow", 408, { startedMs: 2_000, endedMs: slowEndMs })),
    ],
    outcome: "succeeded",
    endedAt: 16_000,
  };
}

function judged(head: CallFacts, body: CallFacts = sample()) {
  const evidence = evidenceWith({
    "slow-head": madeBy("slow-clients", "slow-head", [head]),
    "slow-body": madeBy("slow-clients", "slow-body", [body]),
  });
  return verdictOf(serverKeepsServing, evidence, servingTarget());
}

describe("server-keeps-serving", () => {
  it("passes when others are served as fast as before", () => {
    const found = judged(sample());
    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /all were answered: p95 12 ms in 80 calls beside 50 slow connections, 10 ms before them/,
    );
    assert.ok((found.bound ?? 1) < 0.05);
  });

  it("fails when others get no answer", () => {
    const found = judged(sample({ duringMs: (at) => (at < 5 ? null : 12) }));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /5 of 80 calls of others failed: 5 of them had no answer at all/);
    assert.equal(found.severity, "high");
  });

  it("does not take one failure for more than chance", () => {
    assert.equal(judged(sample({ duringMs: (at) => (at === 5 ? null : 12) })).verdict, "inconclusive");
  });

  it("advises when others are slower throughout, and does not when only the slowest are", () => {
    const slower = judged(sample({ duringMs: () => 400 }), sample({ duringMs: () => 400 }));
    assert.equal(slower.verdict, "advice");
    assert.match(slower.because, /others are slower throughout: p95 400 ms/);
    assert.equal(judged(sample({ duringMs: (at) => (at % 4 === 0 ? 900 : 12) })).verdict, "inconclusive");
    assert.equal(judged(sample({ duringMs: () => 200 }), sample({ duringMs: () => 200 })).verdict, "pass");
  });

  it("counts only calls that began while at least half of the slow connections stood", () => {
    const gone = { slowEndMs: 2_500 };
    const found = judged(sample(gone), sample(gone));
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /gone after 6 calls beside them, 10 are needed/);
  });

  it("is inconclusive when calls fail without slow connections, or when nothing was made", () => {
    const failing = {
      ...sample(),
      requests: sample().requests?.map((one) => ({ ...one, expected: one.role !== "before" })) ?? [],
    };
    assert.match(judged(failing).because, /15 of 30 calls failed before there was any slow connection/);
    assert.equal(verdictOf(serverKeepsServing, evidenceWith({}), servingTarget()).verdict, "inconclusive");
  });

  it("fails when the service ends under slow connections", () => {
    const [observed] = experimentOf("slow-body", [sample()]).calls;
    assert.ok(observed);
    const body = madeBy("slow-clients", "slow-body", [], {
      instances: [
        instanceOf({
          instance: observed.instance,
          end: "exited",
          exitCode: 1,
          lastWords: ["Error: aborted"],
        }),
      ],
      setAside: [{ call: observed.id, because: "it ended", observed }],
    });
    const evidence = evidenceWith({
      "slow-head": madeBy("slow-clients", "slow-head", [sample()]),
      "slow-body": body,
    });
    const found = verdictOf(serverKeepsServing, evidence, servingTarget());
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 instance ended by themselves while 50 slow connections stood/);
    assert.match(found.diagnosis ?? "", /Error: aborted/);
  });

  it("looks at heads alone where a request has no body", () => {
    const act = {
      kind: "http",
      request: { method: "POST", path: "/orders" },
      headers: {},
      body: null,
    } as const;
    const target = servingTarget({ scenario: { act } });
    const names = plannedBy(serverKeepsServing, target).map(({ name }) => name);
    assert.deepEqual(names, ["slow-head"]);
  });
});
