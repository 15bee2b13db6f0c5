import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commitmentText } from "./commitment-text.ts";

const place = { file: "/shop/holdfast.yaml", line: 12, column: 5 };

describe("the commitment of a finding", () => {
  it("stands in the contract where it is declared, and where nobody said whether it is", () => {
    const path = "integrations.payments.policy.deadline";
    for (const declared of [{ declared: true }, {}])
      assert.equal(
        commitmentText({ ...place, path, ...declared }),
        `The commitment stands in \`holdfast.yaml:12\` (\`${path}\`).`,
      );
  });

  it("is not claimed to stand anywhere when nothing was declared: the default applies", () => {
    const texts = ["deadline", "attemptTimeout", "retry.attempts"].map((name) =>
      commitmentText({ ...place, path: `integrations.payments.policy.${name}`, declared: false }),
    );
    for (const text of texts) {
      assert.doesNotMatch(text, /stands/);
      assert.match(text, /^Nothing was declared; .* declare it at `integrations\.payments\.policy\./);
    }
    assert.match(texts[0] ?? "", /the default of 30 s applies/);
    assert.match(texts[1] ?? "", /the default of 10 s applies/);
    assert.match(texts[2] ?? "", /the default of 5 attempts applies/);
  });

  it("does not speak of a default where there is none", () => {
    const path = "integrations.payments.operations.charge.idempotency";
    const text = commitmentText({ ...place, path, declared: false });
    assert.doesNotMatch(text, /default|stands/);
    assert.match(text, /would stand at `integrations\.payments\.operations\.charge\.idempotency`/);
  });
});
