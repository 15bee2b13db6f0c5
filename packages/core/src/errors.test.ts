import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CodedError, invariant, isCodedError } from "./errors.ts";

describe("errors", () => {
  it("carry code, remedy, details and cause", () => {
    const cause = new Error("below");
    const error = new CodedError("PORT_TAKEN", "Port 80 is taken.", {
      remedy: "Choose another.",
      details: { port: 80 },
      cause,
    });
    assert.deepEqual(
      [error.code, error.message, error.remedy, error.details, error.cause, error.name],
      ["PORT_TAKEN", "Port 80 is taken.", "Choose another.", { port: 80 }, cause, "CodedError"],
    );
    assert.equal("cause" in new CodedError("A", "b", { remedy: "c" }), false);
  });

  it("are told apart from the system's errors, which have a code too", () => {
    assert.equal(isCodedError(new CodedError("A", "b", { remedy: "c" })), true);
    assert.equal(isCodedError(Object.assign(new Error("x"), { code: "ENOENT" })), false);
    assert.equal(isCodedError({ code: "A", remedy: "c" }), false);
    assert.equal(isCodedError(null), false);
  });

  it("stop on a bug of our own", () => {
    invariant(true, "fine");
    assert.throws(() => invariant(0, "it broke"), /Holdfast is wrong here, please report it: it broke/);
  });
});
