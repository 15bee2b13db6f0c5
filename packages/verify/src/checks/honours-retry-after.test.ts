import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { honoursRetryAfter } from "./honours-retry-after.ts";

const declared = targetWith({ policy: { retry: { attempts: 3 } } });

/** A call whose second attempt comes after `waitMs`; `null`: none within the watch, the call failed. */
function waited(waitMs: number | null): CallFacts {
  if (waitMs === null) return { attempts: [{ at: 0 }], outcome: "failed" };
  if (waitMs === stillWaiting) return { attempts: [{ at: 0 }], endedAt: null, watchedUntil: 8_000 };
  return { attempts: [{ at: 0 }, { at: waitMs, healthy: true }], outcome: "succeeded" };
}

const stillWaiting = -1;

interface Waits {
  readonly own?: number | null;
  readonly "2"?: number | null;
  readonly "5"?: number | null;
  readonly "16"?: number | null;
  readonly "60"?: number | null;
  readonly date?: number | null;
  readonly own503?: number | null;
  readonly "503"?: number | null;
}

const good: Waits = { own: 100, "2": 2_010, "5": 5_010, "60": null, date: 3_400, own503: 100, "503": 5_010 };

function judged(waits: Waits, target = declared) {
  const named = Object.entries({
    "429-once": waits.own,
    "503-once": waits.own503,
    "429-retry-after-2": waits["2"],
    "429-retry-after-5": waits["5"],
    "429-retry-after-16": waits["16"],
    "429-retry-after-60": waits["60"],
    "429-retry-after-date": waits.date,
    "503-retry-after-5": waits["503"],
  }).filter(([, wait]) => wait !== undefined);
  const brought = named.map(([name, wait]) => [name, times(3, waited(wait ?? null))] as const);
  return verdictOf(honoursRetryAfter, evidenceWith(Object.fromEntries(brought)), target);
}

describe("honours-retry-after", () => {
  it("passes a consumer that waits as long as it is asked to", () => {
    const found = judged(good);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /waits for 2 s \(2\.01 s\), 5 s \(5\.01 s\), a date/);
  });

  it("finds one that follows its own schedule", () => {
    const ignoring = { ...good, "2": 110, "5": 95, date: 100, "60": 100, "503": 120 };
    assert.equal(judged(ignoring).verdict, "fail");
    assert.match(judged(ignoring).because, /earlier than asked: after 110 ms for 2 s, 95 ms for 5 s/);
    assert.equal(judged(ignoring, targetWith()).verdict, "advice");
  });

  it("is not fooled by a schedule that is as long as the smaller value", () => {
    const slow = {
      own: 2_500,
      "2": 2_400,
      "5": 2_600,
      date: 2_300,
      "60": 2_500,
      own503: 2_500,
      "503": 2_500,
    };
    assert.equal(judged(slow).verdict, "fail");
  });

  it("asks for a longer value when its own schedule is longer than both, and judges by that", () => {
    const slower = {
      own: 10_000,
      "2": 10_010,
      "5": 10_020,
      date: 10_000,
      "60": stillWaiting,
      own503: 200,
      "503": 5_010,
    };
    const found = judged(slower);
    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "429-retry-after-16");
    assert.equal(judged({ ...slower, "16": 10_000 }).verdict, "fail");
    assert.equal(judged({ ...slower, "16": 16_010 }).verdict, "pass");
    const longest = judged({ ...slower, own: 18_000, "2": 18_000, "5": 18_000, date: 18_000, "16": 18_000 });
    assert.equal(longest.verdict, "inconclusive");
    assert.equal(longest.more, undefined);
  });

  it("has nothing against giving up", () => {
    assert.equal(
      judged({ own: 100, "2": null, "5": null, date: null, "60": null, own503: 100, "503": null }).verdict,
      "pass",
    );
  });

  it("takes a retry that comes only with the header for an answer to it", () => {
    const found = judged({ ...good, own: null, "2": 2_700, "5": 5_900 });
    assert.equal(found.verdict, "pass");
  });

  it("notes a cap below a minute without holding it against the consumer", () => {
    const found = judged({ ...good, "60": 5_700 });
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /60 s is cut to 5\.7 s/);
  });

  it("takes the long reserve for a cap, too, where shorter values are waited for", () => {
    assert.equal(judged({ ...good, "16": 5_600, "60": 5_300 }).verdict, "pass");
  });

  it("finds a cap that is shorter than five seconds", () => {
    const found = judged({ ...good, "5": 3_000, "503": 3_000 });
    assert.equal(found.verdict, "fail");
    assert.match(found.diagnosis ?? "", /cap/);
  });

  it("finds readers of dates only and of seconds only", () => {
    assert.match(judged({ ...good, "2": 100, "5": 100 }).diagnosis ?? "", /date only/);
    assert.match(judged({ ...good, date: 100 }).diagnosis ?? "", /seconds only/);
    assert.equal(judged({ ...good, date: 100 }).verdict, "fail");
  });

  it("gives a date the second that its resolution takes, and seconds 50 ms", () => {
    assert.equal(judged({ ...good, date: 2_960 }).verdict, "pass");
    assert.equal(judged({ ...good, date: 2_900 }).verdict, "fail");
    assert.equal(judged({ ...good, "2": 1_960 }).verdict, "pass");
    assert.equal(judged({ ...good, "2": 1_940 }).verdict, "fail");
  });

  it("advises where 429 is heard and 503 is not", () => {
    const found = judged({ ...good, "503": 120 });
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /on 503/);
  });

  it("judges by 503 where the consumer's own wait after 429 is too long for the reserve too", () => {
    const hidden = { own: 18_000, "2": 18_000, "5": 18_000, date: 18_000, own503: 200, "503": 220 };
    assert.equal(judged(hidden).more?.experiment, "429-retry-after-16");
    const found = judged({ ...hidden, "16": 18_000 }, targetWith());
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /^on 503 the next attempt comes earlier than asked/);
    assert.equal(judged({ ...hidden, "16": 18_000 }).verdict, "fail");
  });

  it("does not take silence after a header for an answer where 429 is not retried without it", () => {
    const silent = { own: null, "2": 10_000, "5": null, date: null, "60": null, own503: 100, "503": 100 };
    assert.equal(judged({ ...silent, "2": 1_000 }).verdict, "fail");
  });

  it("judges by 503 where 429 is never retried, and does not apply where neither is", () => {
    const never429 = { own: null, "2": null, "5": null, date: null, "60": null };
    assert.equal(judged({ ...never429, own503: 100, "503": 100 }).verdict, "fail");
    assert.equal(judged({ ...never429, own503: 100, "503": 5_100 }).verdict, "pass");
    assert.equal(judged({ ...never429, own503: null, "503": null }).verdict, "not-applicable");
  });

  it("fails a wait past the declared deadline", () => {
    const target = targetWith({ policy: { deadlineMs: 4_000, retry: { attempts: 3 } } });
    assert.equal(judged(good, target).verdict, "fail");
    assert.match(judged(good, target).because, /past the declared deadline/);
    assert.equal(judged({ ...good, "5": null, date: 3_400, "503": null }, target).verdict, "pass");
  });
});
