import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Evidence } from "../model.ts";
import { evidenceWith, times } from "../testing/evidence.ts";
import { connectSeen } from "./connect-seen.ts";

/** Three calls that connect while nobody answers, each given up after so long; `null`: not seen to be given up. */
function evidenceOf(waitMs: number | null): Evidence {
  const evidence = evidenceWith({ "black-hole": times(3, { endedAt: waitMs === null ? null : waitMs + 3 }) });
  const calls = evidence.experiments["black-hole"]?.calls ?? [];
  const blackHoles = calls.map(({ id, startedMs }) => ({
    armedCall: id,
    counted: true,
    connects: [{ beganMs: startedMs + 2, endedMs: waitMs === null ? null : startedMs + 2 + waitMs }],
  }));
  return { ...evidence, blackHoles: blackHoles as unknown as Evidence["blackHoles"] };
}

describe("the connect timeout of a fingerprint", () => {
  it("is how long connecting was endured", () => {
    const seen = connectSeen(evidenceOf(2_000), 5_000);
    assert.ok(typeof seen?.value === "number" && Math.abs(seen.value - 2_000) <= 50, JSON.stringify(seen));
  });

  it("is not told from the timeout of an attempt that ends at the same time", () => {
    const seen = connectSeen(evidenceOf(2_000), 2_010);
    assert.equal(seen?.value, null);
    assert.equal(seen?.possible?.length, 1);
  });

  it("is a bound where connecting was not seen to end, and nothing where nobody tried", () => {
    assert.ok(Number(connectSeen(evidenceOf(null), null)?.atLeast) > 19_000);
    assert.equal(connectSeen(evidenceWith({}), null), null);
  });
});
