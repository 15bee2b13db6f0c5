import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProviderOperation } from "./operation-match.ts";
import { stubAnswers } from "./stub-answers.ts";

const charge: ProviderOperation = {
  name: "charge",
  request: { method: "POST", path: "/v1/charges" },
  idempotencyKey: "idempotency-key",
  effectKey: null,
  errors: {},
  answer: { status: 201, headers: {}, body: '{ "id": "${call.id}" }' },
};

function stub(): (key: string | null, bodyDigest: string) => string {
  let executions = 0;
  const answerTo = stubAnswers([charge], () => `execution ${++executions}`);
  return (key, bodyDigest) =>
    answerTo({ method: "POST", target: "/v1/charges", header: () => key, body: new Uint8Array(), bodyDigest })
      .body;
}

describe("the stub provider", () => {
  it("answers a repeated key and body with the stored answer", () => {
    const charged = stub();

    assert.deepEqual([charged("a", "1"), charged("a", "1")], ["execution 1", "execution 1"]);
  });

  it("executes a key that comes with another body, so that the baseline stays green and the reuse can be judged", () => {
    const charged = stub();

    assert.deepEqual([charged("a", "1"), charged("a", "2")], ["execution 1", "execution 2"]);
  });

  it("takes an empty key for none", () => {
    const charged = stub();

    assert.deepEqual([charged("", "1"), charged("", "1")], ["execution 1", "execution 2"]);
  });
});
