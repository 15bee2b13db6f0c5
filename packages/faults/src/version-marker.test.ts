import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { namesVersion, otherVersionOf } from "./version-marker.ts";

describe("a version marker", () => {
  it("is found in content types, whose form is kept", () => {
    const cases = [
      ["application/vnd.shop.v2+json", "application/vnd.shop.v999+json"],
      ["application/vnd.shop+json;version=1.0", "application/vnd.shop+json;version=999"],
      ['application/json; version="2"; charset=utf-8', 'application/json; version="999"; charset=utf-8'],
      ["application/vnd.github.v3.raw+json", "application/vnd.github.v999.raw+json"],
      ["application/json", null],
      ["application/json; charset=utf-8", null],
      ["video/av1", null],
    ] as const;
    for (const [type, other] of cases) assert.equal(otherVersionOf(type), other, type);
  });

  it("is found in a field at the root", () => {
    const named = (body: string) => namesVersion({ headers: { "Content-Type": "application/json" }, body });
    assert.ok(named(`{"specversion":"1.0"}`) && named(`{"api_version":3}`) && named(`{"version":"2026-01"}`));
    assert.ok(!named(`{"id":1}`) && !named("version") && !named(`{"data":{"version":1}}`));
    assert.ok(namesVersion({ headers: { "Content-Type": "application/json; version=1" }, body: "" }));
  });
});
