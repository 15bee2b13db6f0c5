import assert from "node:assert/strict";
import { it } from "node:test";
import { headerValue } from "./header-value.ts";

it("finds a header in every form, in any case, and the first of several", () => {
  for (const headers of [
    new Headers({ "X-Key": "1" }),
    { "x-key": "1" },
    { "X-KEY": "1" },
    { "x-key": ["1", "2"] },
    ["Other", "0", "X-Key", "1", "X-Key", "2"],
  ])
    assert.equal(headerValue(headers, "x-key"), "1");
  for (const headers of [new Headers(), {}, [], { "x-key": undefined }, { "x-key": [] }])
    assert.equal(headerValue(headers, "x-key"), null);
  assert.equal(headerValue({ "x-key": "1" }, "X-Key"), "1");
});
