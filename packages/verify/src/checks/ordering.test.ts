import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Policy } from "@holdfast/core";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { ordering } from "./ordering.ts";

/** A call of so many silent attempts of this length, with this wait between them. */
function silent(attempts: number, attemptMs: number, waitMs = 200, endedAt?: number | null): CallFacts {
  const made = Array.from({ length: attempts }, (_, index) => {
    const at = index * (attemptMs + waitMs);
    return { at, doneAt: null, closedAt: at + attemptMs };
  });
  const last = made.at(-1)?.closedAt ?? 0;
  return { attempts: made, endedAt: endedAt === undefined ? last : endedAt };
}

/** A call of attempts that were answered at once. */
function refused(attempts: number, waitMs = 200): CallFacts {
  return { attempts: Array.from({ length: attempts }, (_, index) => ({ at: index * waitMs })) };
}

function serving(deadlineMs: number, policy: Policy = {}) {
  const serves = [
    {
      name: "place",
      request: { method: "POST", path: "/orders" },
      deadlineMs,
      idempotencyKey: null,
      maxBodyBytes: null,
    },
  ];
  return targetWith({ policy, service: { serves } });
}

function judged(hung: CallFacts | readonly CallFacts[], down: CallFacts, target = targetWith()) {
  const calls = Array.isArray(hung) ? hung : times(5, hung as CallFacts);
  return verdictOf(ordering, evidenceWith({ "hang-forever": calls, "503-forever": times(4, down) }), target);
}

const within4s = targetWith({ policy: { deadlineMs: 4_000 } });

describe("ordering", () => {
  it("passes when attempts and waits fit, and says the sum", () => {
    const found = judged(silent(3, 800), refused(3), within4s);
    assert.equal(found.verdict, "pass");
    assert.match(
      found.because,
      /3 attempts of 800 ms and 400 ms of waits make 2\.8 s, .* against the declared 4 s/,
    );
    assert.equal(found.estimate?.value, 2_800);
    assert.equal(judged(silent(3, 800), refused(3)).verdict, "pass");
  });

  it("passes a deadline that ends what would be longer", () => {
    const found = judged(silent(2, 1_500, 200, 4_000), refused(4), within4s);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /4 attempts .* of which the declared 4 s leaves as many as fit/);
  });

  it("fails calls that were seen to outlast the declared deadline, or that of the route", () => {
    assert.equal(judged(silent(4, 1_200), refused(4), within4s).verdict, "fail");
    const found = judged(silent(3, 800), refused(3), serving(2_000, { deadlineMs: 4_000 }));
    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /5 of 9 calls took up to 2\.8 s, against the 2 s that `serves\.place` declares/,
    );
  });

  it("advises on a sum that nobody has seen yet", () => {
    const slow = judged(silent(1, 9_000), refused(4));
    assert.equal(slow.verdict, "advice");
    assert.match(
      slow.because,
      /4 attempts of 9 s and 600 ms of waits make 36\.6 s, more than the default of 30 s/,
    );
    const cut = judged(silent(1, 900), refused(4), serving(2_000, { deadlineMs: 3_000 }));
    assert.equal(cut.verdict, "advice");
    assert.match(cut.because, /cut to the declared 3 s, more than the 2 s/);
  });

  it("passes a route that waits longer than the call may take", () => {
    assert.equal(
      judged(silent(2, 1_500, 200, 4_000), refused(4), serving(5_000, { deadlineMs: 4_000 })).verdict,
      "pass",
    );
  });

  it("adds nothing up when no attempt was seen to be given up", () => {
    const open: CallFacts = { attempts: [{ at: 0, doneAt: null }], endedAt: null };
    assert.equal(judged(open, refused(3), within4s).verdict, "inconclusive");
  });

  it("does not pass a call that was not seen to end", () => {
    const open: CallFacts = { ...silent(2, 9_000, 200, null), watchedUntil: 20_000 };
    const target = targetWith({ policy: { deadlineMs: 30_000 } });
    assert.equal(judged(open, refused(4), target).verdict, "inconclusive");
  });

  it("does not trust one late call", () => {
    const mixed = [...times(4, silent(3, 800)), silent(3, 800, 200, 4_900)];
    assert.equal(judged(mixed, refused(3), within4s).verdict, "inconclusive");
  });

  it("needs both experiments", () => {
    const evidence = evidenceWith({ "hang-forever": times(5, silent(3, 800)) });
    assert.equal(verdictOf(ordering, evidence, within4s).verdict, "inconclusive");
  });
});
