import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "@holdfast/core";
import { retriedFacts, retriesTimeouts } from "./retried.ts";

const facts = (policy: Parameters<typeof settingsOf>[0]) => retriedFacts(settingsOf(policy));

describe("what is tried again", () => {
  it("is, without words, all that was not executed, and the rest of what may pass for idempotent calls", () => {
    assert.deepEqual(facts({ retry: {} }), {
      always: ["no connection", "connection refused", "425", "429", "503"],
      ifIdempotent: ["connection reset", "timeout", "408", "500", "502", "504", "other 5xx"],
      never: ["409", "501", "505", "other 4xx", "bad certificate"],
      idempotent: false,
    });
  });

  it("is what the words name, and a status that is named itself", () => {
    const told = facts({ idempotent: true, retry: { on: ["reset", "429", "404", "520"] } });
    assert.deepEqual(told?.always, ["404", "429"]);
    assert.deepEqual(told?.ifIdempotent, ["connection reset", "520"]);
    assert.equal(told?.idempotent, true);
    assert.ok(told?.never.includes("503") && told.never.includes("timeout"));
  });

  it("is told by class where statuses mean nothing", () => {
    const told = facts({ classify: "grpc", retry: {} });
    assert.deepEqual(told?.always, [
      "no connection",
      "connection refused",
      "unsent",
      "throttled",
      "unavailable",
    ]);
    assert.deepEqual(told?.ifIdempotent, ["connection reset", "timeout", "ambiguous"]);
    assert.deepEqual(told?.never, ["final"]);
  });

  it("is nothing where there is one attempt", () => {
    assert.equal(facts({}), null);
    assert.equal(facts({ retry: { attempts: 1 } }), null);
  });

  it("includes timeouts only for idempotent calls, and only where the words do", () => {
    const timeouts = (policy: Parameters<typeof settingsOf>[0], idempotent: boolean) =>
      retriesTimeouts(settingsOf(policy), idempotent);
    assert.equal(timeouts({ retry: {} }, true), true);
    assert.equal(timeouts({ retry: {} }, false), false);
    assert.equal(timeouts({ retry: { on: ["429"] } }, true), false);
    assert.equal(timeouts({}, true), false);
  });
});
