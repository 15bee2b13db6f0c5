import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checks } from "../checks/index.ts";
import { impacts } from "./impact.ts";

describe("impacts", () => {
  it("are told in whole sentences, for checks that exist", () => {
    const known = checks.map((check) => check.id);
    for (const [id, text] of Object.entries(impacts)) {
      assert.ok(known.includes(id), id);
      assert.match(text, /^[A-Z].*\.$/);
    }
  });
});
