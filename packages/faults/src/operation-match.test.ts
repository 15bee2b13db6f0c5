import assert from "node:assert/strict";
import { it } from "node:test";
import { operationMatcher, pathOf } from "./operation-match.ts";

const operations = [
  { name: "refund", request: { method: "POST", path: "/v1/charges/:id/refund" } },
  { name: "charge", request: { method: "POST", path: "/v1/charges" } },
  { name: "file", request: { method: "GET", path: "/files/a.b+c" } },
];

it("finds the first operation whose method and path match, a :name taking one segment", () => {
  const match = operationMatcher(operations);
  const rows = [
    ["POST", "/v1/charges", "charge"],
    ["POST", "/v1/charges?expand=1#x", "charge"],
    ["POST", "http://provider.test:80/v1/charges", "charge"],
    ["GET", "/v1/charges", null],
    ["POST", "/v1/charges/", null],
    ["POST", "/v1/charges/ch_1/refund", "refund"],
    ["POST", "/v1/charges/a/b/refund", null],
    ["POST", "/v1/charges//refund", null],
    ["GET", "/files/a.b+c", "file"],
    ["GET", "/files/axb+c", null],
  ] as const;
  for (const [method, target, name] of rows) {
    assert.equal(match(method, target)?.name ?? null, name, `${method} ${target}`);
  }
});

it("lets an operation without a request match everything that no earlier one took", () => {
  const match = operationMatcher([...operations, { name: "any", request: null }]);

  assert.equal(match("DELETE", "/whatever")?.name, "any");
  assert.equal(match("POST", "/v1/charges")?.name, "charge");
});

it("takes the path of every form of target", () => {
  assert.deepEqual(["/a?b", "http://h", "https://h/x?y", "*"].map(pathOf), ["/a", "/", "/x", "*"]);
});
