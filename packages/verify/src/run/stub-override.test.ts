import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "@holdfast/contract";
import { withStub } from "./stub-override.ts";

describe("a module's stub", () => {
  const operation = {
    name: "any",
    request: { method: "POST", path: "/" },
    answer: { status: 200, headers: {}, body: "contract" },
    errors: {
      503: { status: 503, headers: {}, body: "contract" },
      500: { status: 500, headers: {}, body: "kept" },
    },
  } as unknown as Operation;

  it("overrides answer and dialect, and leaves the rest", () => {
    const stub = {
      ok: { body: '{"a":1}', headers: { "X-A": "1" } },
      okStatus: { POST: 201 },
      errors: { 503: { e: 1 } },
    };
    const [changed] = withStub([operation], stub);
    assert.deepEqual(changed?.answer, {
      status: 201,
      headers: { "x-a": "1", "content-type": "application/json" },
      body: '{"a":1}',
    });
    assert.equal(changed?.errors["503"]?.body, '{"e":1}');
    assert.equal(changed?.errors["500"]?.body, "kept");
  });

  it("changes nothing when there is none", () => {
    assert.deepEqual(withStub([operation], null), [operation]);
    assert.equal(withStub([operation], { errors: {} })[0]?.answer.body, "contract");
  });
});
