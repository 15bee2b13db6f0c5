import assert from "node:assert/strict";
import { it } from "node:test";
import { durationOption } from "./duration-option.ts";

it("reads notations and milliseconds, and names the option that is neither", () => {
  assert.equal(durationOption("request", "1.5s"), 1_500);
  assert.equal(durationOption("request", 20), 20);
  for (const wrong of ["5 s", -1, Number.NaN] as never[])
    assert.throws(() => durationOption("request", wrong), {
      code: "OPTION_INVALID",
      message: /^request: expected/,
    });
});
