import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findSecrets } from "./secret-patterns.ts";

const token = (kind: string): string => `«${kind}»`;

describe("card numbers in texts", () => {
  it("are replaced, with or without gaps", () => {
    assert.equal(findSecrets("paid by 4242424242424242.", token), "paid by «card».");
    assert.equal(findSecrets('"pan":"4242 4242 4242 4242"', token), '"pan":"«card»"');
  });

  it("are not seen in decimals, nor in trace ids whose digits happen to pass the check", () => {
    const traceparent = "00-424242424242424249bc64843f4149ea-d7d857db7a6d77e6-01";
    assert.equal(findSecrets(traceparent, token), traceparent);
    const ending = "00-e9bc64843f414ea4242424242424242a-d7d857db7a6d77e6-01";
    assert.equal(findSecrets(ending, token), ending);
    assert.equal(findSecrets("0.4242424242424242", token), "0.4242424242424242");
    const observed = "3806752616836e9f674bc64843f4149e";
    assert.equal(findSecrets(`00-380675261683683${observed}`, token), `00-380675261683683${observed}`);
  });
});
