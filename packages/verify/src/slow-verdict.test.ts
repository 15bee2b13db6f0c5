import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RequestRecord } from "./model.ts";
import { judgeSlow } from "./slow-verdict.ts";
import { evidenceWith } from "./testing/evidence.ts";
import { asked, madeBy, servingTarget } from "./testing/served.ts";

type Facts = Partial<RequestRecord>;

/** Fifty slow connections of one kind, watched for 15 s unless said otherwise. */
function judged(
  facts: Facts | ((at: number) => Facts),
  {
    slow = "head",
    deadlineMs = 5_000,
    watchedMs = 15_000,
  }: { slow?: "head" | "body"; deadlineMs?: number | null; watchedMs?: number } = {},
) {
  const connections = Array.from({ length: 50 }, (_, at) => ({
    ...asked("slow", null, { startedMs: 0 }),
    ...(typeof facts === "function" ? facts(at) : facts),
  }));
  const found = madeBy("slow-clients", `slow-${slow}`, [
    { requests: connections, endedAt: watchedMs, outcome: "succeeded" },
  ]);
  return judgeSlow(
    slow,
    evidenceWith({ [`slow-${slow}`]: found }),
    servingTarget({ serves: { deadlineMs } }),
  );
}

describe("the verdict on slow connections", () => {
  it("passes when all are ended within the limit, however they are ended", () => {
    const answered = judged({ status: 408, endedMs: 5_200 });
    assert.equal(answered.verdict, "pass");
    assert.match(
      answered.because,
      /all 50 connections with a slow head were ended within 5.2 s \(answered with 408\)/,
    );
    for (const error of ["closed", "reset"]) assert.equal(judged({ error, endedMs: 11_000 }).verdict, "pass");
  });

  it("advises when some outlive the limit, and says how long they were watched", () => {
    const open = judged((at) => (at < 3 ? { endedMs: null } : { error: "closed", endedMs: 5_000 }));
    assert.equal(open.verdict, "advice");
    assert.match(open.because, /3 of 50 .* not seen to end within 15 s; 10 s is enough/);
    const late = judged({ error: "closed", endedMs: 14_000 });
    assert.match(late.because, /50 of 50 .* were ended after 14 s only/);
    assert.equal(late.verdict, "advice");
  });

  it("is inconclusive on a body that stands longer than may be watched, where no deadline is declared", () => {
    const body = { slow: "body", deadlineMs: null, watchedMs: 20_000 } as const;
    const found = judged({ endedMs: null }, body);
    assert.equal(found.verdict, "inconclusive");
    assert.match(
      found.because,
      /not seen to end within 20 s; whether they end within 30 s takes the longer watch of --profile nightly/,
    );
    assert.equal(judged({ status: 408, endedMs: 15_000 }, body).verdict, "pass");
  });

  it("fails what still stands after two minutes, and judges by that watch where there is one", () => {
    const target = servingTarget();
    const slow = (endedMs: number | null) =>
      Array.from({ length: 50 }, () => asked("slow", null, { startedMs: 0, endedMs }));
    const long = (endedMs: number | null) =>
      madeBy("slow-clients", "slow-head-120s", [
        { requests: slow(endedMs), endedAt: 120_000, outcome: "succeeded" },
      ]);
    const short = madeBy("slow-clients", "slow-head", [
      { requests: slow(null), endedAt: 15_000, outcome: "succeeded" },
    ]);
    const both = (endedMs: number | null) =>
      judgeSlow("head", evidenceWith({ "slow-head": short, "slow-head-120s": long(endedMs) }), target);
    assert.equal(both(null).verdict, "fail");
    assert.match(both(null).because, /50 of 50 .* not seen to end within 120 s/);
    assert.equal(both(60_000).verdict, "advice");
    assert.match(both(60_000).because, /were ended after 60 s only/);
  });

  it("holds a body against the declared deadline, 10 s at least", () => {
    const body = { slow: "body", deadlineMs: 12_000, watchedMs: 18_000 } as const;
    assert.equal(judged({ status: 408, endedMs: 13_000 }, body).verdict, "pass");
    assert.equal(judged({ endedMs: null }, body).verdict, "advice");
    assert.equal(judged({ status: 408, endedMs: 13_000 }, { slow: "body" }).verdict, "advice");
  });

  it("is inconclusive when they are ended before they are slow, or cannot be opened", () => {
    const refused = judged({ status: 401, endedMs: 30 });
    assert.match(refused.because, /50 of 50 slow connections were ended at once \(401\)/);
    assert.equal(refused.verdict, "inconclusive");
    const unopened = judged({ error: "ECONNREFUSED", endedMs: 1 });
    assert.match(unopened.because, /0 slow connections could be opened, 10 are needed/);
  });
});
