import assert from "node:assert/strict";
import { it } from "node:test";
import { isIdempotentMethod } from "./methods.ts";

it("knows which methods may be executed twice, in any case", () => {
  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY", "get", "Put"])
    assert.ok(isIdempotentMethod(method), method);
  for (const method of ["POST", "PATCH", "CONNECT", "LOCK", "", "post"])
    assert.ok(!isIdempotentMethod(method), method);
});
