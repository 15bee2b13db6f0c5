import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearest } from "./nearest.ts";

const keys = ["attempts", "on", "backoff", "attemptTimeout", "deadline", "idempotencyKey"];

describe("nearest", () => {
  for (const [word, meant] of [
    ["attemps", "attempts"],
    ["atempts", "attempts"],
    ["attmepts", "attempts"],
    ["attempt-timeout", "attemptTimeout"],
    ["attempt_timeout", "attemptTimeout"],
    ["DEADLINE", "deadline"],
    ["no", "on"],
    ["colour", undefined],
    ["", undefined],
  ] as const) {
    it(`takes ${JSON.stringify(word)} for ${meant}`, () => assert.equal(nearest(word, keys), meant));
  }

  it("has no answer without candidates", () => assert.equal(nearest("a", []), undefined));
});
