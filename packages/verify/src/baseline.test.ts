import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Acceptance } from "@holdfast/contract";
import { subtractAccepted } from "./baseline.ts";
import { resultOf } from "./testing/results.ts";

const accept = (more: Partial<Acceptance> = {}): Acceptance => ({
  check: "bounded",
  at: "payments.charge",
  reason: "until the new client",
  owner: "ann",
  until: "2026-12-31",
  place: { line: 1, column: 1 },
  ...more,
});

function judged(one: Acceptance, today = "2026-11-23", results = [resultOf()]) {
  const { results: marked, notes } = subtractAccepted(results, [one], today);
  return { accepted: marked[0]?.accepted, notes };
}

describe("the baseline", () => {
  it("marks a finding that is accepted, with reason, owner and day", () => {
    const found = judged(accept());
    assert.deepEqual(found.accepted, { reason: "until the new client", owner: "ann", until: "2026-12-31" });
    assert.deepEqual(found.notes, []);
  });

  it("accepts up to and including the last day, and names what has expired", () => {
    assert.ok(judged(accept(), "2026-12-31").accepted);
    const found = judged(accept(), "2027-01-01");
    assert.equal(found.accepted, undefined);
    assert.match(found.notes[0] ?? "", /expired on 2026-12-31: it counts again/);
  });

  it("reads a date with a time as its day", () => {
    assert.ok(judged(accept(), "2026-12-31T23:59:59.000Z").accepted);
  });

  it("accepts what the service owes its own callers by the name of its entry", () => {
    const served = [resultOf({ serves: "place" })];
    assert.ok(judged(accept({ at: "serves.place" }), "2026-11-23", served).accepted);
    assert.equal(judged(accept({ at: "serves.cancel" }), "2026-11-23", served).accepted, undefined);
    assert.equal(judged(accept({ at: "serves.place" })).accepted, undefined);
  });

  it("accepts everywhere, or at an integration or an operation", () => {
    assert.ok(judged(accept({ at: null })).accepted);
    assert.ok(judged(accept({ at: "payments" })).accepted);
    assert.equal(judged(accept({ at: "payments.refund" })).accepted, undefined);
    assert.equal(judged(accept({ check: "jitters" })).accepted, undefined);
  });

  it("notes an acceptance that matches nothing", () => {
    assert.match(judged(accept({ check: "jitters" })).notes[0] ?? "", /was not found/);
    assert.match(
      judged(accept(), "2026-11-23", [resultOf({ verdict: "pass" })]).notes[0] ?? "",
      /was not found/,
    );
  });

  it("accepts advice, and never what is open", () => {
    assert.ok(judged(accept(), "2026-11-23", [resultOf({ verdict: "advice" })]).accepted);
    assert.equal(judged(accept(), "2026-11-23", [resultOf({ verdict: "inconclusive" })]).accepted, undefined);
  });
});
