import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checks } from "../checks/index.ts";
import { impactOf, impacts } from "./impact.ts";

describe("impacts", () => {
  it("are told in whole sentences, for checks that exist", () => {
    const known = checks.map((check) => check.id);
    for (const [id, text] of Object.entries(impacts)) {
      assert.ok(known.includes(id), id);
      assert.match(text, /^[A-Z].*\.$/);
      assert.doesNotMatch(text, /promise/);
    }
  });

  it("of a loss are other ones than those of an effect that happens twice", () => {
    const id = "one-effect-on-lost-reply";
    const limit = { name: "effects", value: 1, unit: "effects" };
    const lost = impactOf({ id, limit, estimate: { ...limit, value: 0 } });
    assert.match(lost ?? "", /told that it is done, and it is not/);
    assert.equal(impactOf({ id, limit, estimate: { ...limit, value: 2 } }), impacts[id]);
  });
});
