import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findingId, findingsOf } from "./findings.ts";
import { resultOf } from "./testing/results.ts";

describe("findings", () => {
  it("are what failed and what is advised, the worst first and the accepted last", () => {
    const accepted = { reason: "r", owner: "o", until: "2027-01-01" };
    const found = findingsOf([
      resultOf({ id: "jitters", verdict: "advice", severity: "low" }),
      resultOf({ id: "attempt", verdict: "fail", severity: "critical", accepted }),
      resultOf({ id: "bounded", verdict: "fail", severity: "medium" }),
      resultOf({ id: "deadline", verdict: "fail", severity: "critical" }),
      resultOf({ id: "backs-off", verdict: "pass" }),
      resultOf({ id: "key-stable", verdict: "inconclusive" }),
    ]);
    assert.deepEqual(
      found.map((one) => one.check),
      ["deadline", "bounded", "jitters", "attempt"],
    );
    assert.deepEqual(
      found.map((one) => one.accepted),
      [false, false, false, true],
    );
    assert.equal(found[0]?.at, "payments.charge");
  });

  it("name the entry of serves where the service owes it to its own callers", () => {
    const { integration: _, operation: __, ...rest } = resultOf({ id: "replays", serves: "place" });
    assert.equal(findingsOf([rest])[0]?.at, "serves.place");
  });

  it("keep their id when only numbers change", () => {
    const one = findingId(resultOf({ because: "7 attempts", diagnosis: "no cap after 7 attempts" }));
    assert.equal(
      findingId(resultOf({ because: "9 attempts", diagnosis: "no cap after 12.5 attempts" })),
      one,
    );
  });

  it("have another id for another check, place, scenario or mechanism", () => {
    const base = resultOf({ diagnosis: "no cap" });
    const others = [
      resultOf({ diagnosis: "off by one" }),
      resultOf({ diagnosis: "no cap", id: "attempt" }),
      resultOf({ diagnosis: "no cap", integration: "mail" }),
      resultOf({ diagnosis: "no cap", operation: "refund" }),
      resultOf({ diagnosis: "no cap", scenario: "cancel" }),
    ];
    assert.equal(new Set([base, ...others].map(findingId)).size, 6);
    assert.match(findingId(base), /^HF-[0-9a-f]{8}$/);
  });
});
