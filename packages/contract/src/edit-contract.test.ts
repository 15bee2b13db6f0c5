import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import { editContract } from "./edit-contract.ts";
import { readContract } from "./read-contract.ts";
import { starter } from "./starter.ts";

describe("editing a contract", () => {
  const comments = (text: string): readonly string[] => text.match(/#.*$/gm) ?? [];

  it("changes one value and keeps every comment, in its order", () => {
    const before = starter();
    const after = editContract(before, [
      { path: ["integrations", "payments", "policy", "deadline"], value: "6s" },
      { path: ["service", "logs"], value: undefined },
    ]);

    const lost = comments(before).filter((comment) => !comments(after).includes(comment));
    assert.deepEqual(
      lost,
      comments(before).filter((comment) => comment.startsWith("# json, logfmt")),
    );
    const read = readContract({ file: "/srv/holdfast.yaml", text: after, env: {} });
    assert.ok("contract" in read);
    assert.equal(read.contract.integrations[0]?.policy.deadlineMs, 6_000);
    assert.equal(read.contract.service?.logs, null);
  });

  it("adds what was not there", () => {
    const entry = { check: "jitters", reason: "r", owner: "o", until: "2026-12-31" };
    const after = editContract(starter(), [{ path: ["accept"], value: [entry] }]);
    const read = readContract({ file: "/srv/holdfast.yaml", text: after, env: {} });
    assert.ok("contract" in read);
    assert.equal(read.contract.accept[0]?.check, "jitters");
  });

  it("leaves a broken contract alone", () => {
    assert.throws(
      () => editContract("a: [", []),
      (error) => isCodedError(error) && error.code === "CONTRACT_SYNTAX",
    );
  });
});
