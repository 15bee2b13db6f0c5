import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { retryAfterName } from "../retry-after.ts";
import { type CallFacts, evidenceWith, times } from "../testing/evidence.ts";
import type { TraitValue } from "./model.ts";
import { retryAfterSeen } from "./retry-after-seen.ts";

const after = (waitMs: number): CallFacts => ({
  attempts: [{ at: 2 }, { at: 2 + waitMs, healthy: true }],
  outcome: "succeeded",
});
const givesUp: CallFacts = { attempts: [{ at: 2 }], endedAt: 10 };

/** Calls of a client that waits so long for each value, or gives up (`null`). */
function evidenceOf(status: number, waits: Readonly<Record<string, number | null>>, ownMs = 100) {
  const asked = Object.entries(waits).map(([value, waitMs]) => [
    retryAfterName(status, value),
    times(2, waitMs === null ? givesUp : after(waitMs)),
  ]);
  return { [`${status}-once`]: times(3, after(ownMs)), ...Object.fromEntries(asked) };
}

const table: readonly (readonly [
  string,
  Parameters<typeof evidenceOf>[1],
  TraitValue | null,
  TraitValue | null | undefined,
])[] = [
  ["kept", { "2": 2_010, "5": 5_010, date: 4_000, "60": null }, "kept", null],
  ["kept up to a cap", { "2": 2_010, "5": 5_010, date: 4_000, "60": 8_000 }, "kept", 8_000],
  ["ignored", { "2": 100, "5": 100, date: 100, "60": 100 }, "ignored", undefined],
  ["kept in one form only", { "2": 2_010, "5": 5_010, date: 100 }, "partly", null],
  ["kept by giving up", { "2": null, "5": null, date: null, "60": null }, "kept", null],
];

describe("a wait that the provider asks for", () => {
  for (const [name, waits, wanted, cap] of table)
    it(`is told as ${name}`, () => {
      const seen = retryAfterSeen(evidenceWith(evidenceOf(429, waits)));
      assert.equal(seen.find((one) => one.field === "retry.retryAfter")?.value, wanted);
      assert.equal(seen.find((one) => one.field === "retry.retryAfter.cap")?.value, cap);
    });

  it("is kept on one status and not on the other", () => {
    const kept = evidenceOf(429, { "2": 2_010, "5": 5_010 });
    const [seen] = retryAfterSeen(evidenceWith({ ...kept, ...evidenceOf(503, { "5": 100 }) }));
    assert.equal(seen?.value, "partly");
    assert.match(seen?.note ?? "", /on 429: waits for 2 s, 5 s; on 503: comes early for 5 s/);
  });

  it("tells nothing where the client's own schedule is as long, and is no trait where nothing was tried", () => {
    const [seen] = retryAfterSeen(evidenceWith(evidenceOf(429, { "2": 8_000, "5": 8_000 }, 8_000)));
    assert.equal(seen?.value, null);
    assert.deepEqual(retryAfterSeen(evidenceWith({})), []);
  });
});
