import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sampleGap } from "./define-check.ts";
import { spec } from "./experiments.ts";
import { belongsTo, profileNames, scaled } from "./profiles.ts";
import { evidenceWith, targetWith } from "./testing/evidence.ts";

const hang = { steps: [{ fault: { kind: "hang" }, times: "forever" }] } as const;

describe("a profile", () => {
  it("holds what the shorter ones hold", () => {
    const held = profileNames.map((profile) => profileNames.filter((least) => belongsTo(profile, least)));
    assert.deepEqual(held, [["pr"], ["pr", "full"], ["pr", "full", "nightly"]]);
    assert.ok(belongsTo("pr"), "what names no profile belongs to all");
  });

  it("makes more calls the longer it is, but no more loads", () => {
    const calls = spec(targetWith(), "hang-forever", "", hang, { samples: 4, samplesMax: 8 });
    assert.deepEqual(
      profileNames.map((profile) => scaled(calls, profile)).map((one) => [one.samples, one.samplesMax]),
      [
        [4, 8],
        [12, 24],
        [40, 80],
      ],
    );
    const load = { kind: "load", stages: [], inFlightMax: 1, callsMax: 1, cutOffMs: 1 } as const;
    assert.equal(scaled({ ...calls, procedure: load }, "nightly").samples, 4);
  });

  it("is named where an experiment was left out for it", () => {
    const slow = { ...spec(targetWith(), "slow-head-120s", "", hang, {}), profile: "nightly" } as const;
    const gap = sampleGap("slow-head-120s", slow, evidenceWith({}));
    assert.equal(gap?.verdict, "inconclusive");
    assert.match(gap?.because ?? "", /slow-head-120s did not run; it belongs to --profile nightly/);
  });
});
