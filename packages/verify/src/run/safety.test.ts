import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpIntegration } from "@holdfast/contract";
import { isCallByCall, isFree, whyNotSafe } from "./safety.ts";

describe("safety", () => {
  const real = (url: string, sandbox = true): HttpIntegration =>
    ({ provider: { kind: "url", url, sandbox, maxCalls: null } }) as unknown as HttpIntegration;
  const lostReply = { steps: [{ fault: { kind: "lost-reply" }, times: 1 }] };
  const status = { steps: [{ fault: { kind: "status", status: 503 }, times: 1 }] };

  it("lets everything reach the stub and loopback", () => {
    assert.ok(isFree({ provider: { kind: "stub" } } as unknown as HttpIntegration, []));
    for (const url of ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9"]) {
      assert.ok(isFree(real(url, false), []), url);
    }
  });

  it("sends a real provider nothing beyond a healthy call unless it is a sandbox that was allowed by name", () => {
    assert.match(whyNotSafe(real("https://api.example"), lostReply, []) ?? "", /--allow-host api\.example/);
    assert.notEqual(whyNotSafe(real("https://api.example", false), lostReply, ["api.example"]), null);
    assert.equal(whyNotSafe(real("https://api.example"), lostReply, ["api.example"]), null);
    assert.equal(whyNotSafe(real("https://api.example"), status, []), null);
    const drip = (of?: string) => ({ steps: [{ fault: { kind: "drip", of }, times: 1 }] });
    assert.equal(whyNotSafe(real("https://api.example"), drip(), []), null);
    assert.notEqual(whyNotSafe(real("https://api.example"), drip("provider"), []), null);
    assert.notEqual(whyNotSafe(real("https://127.0.0.1.example"), lostReply, []), null);
  });

  it("lets the program say what reaches a provider where each call is one under it", () => {
    const broken = {
      steps: ["html", "garbage"].map((what) => ({ fault: { kind: "malformed", what }, times: 4 })),
    };
    const changed = { steps: [{ fault: { kind: "mutate", change: "missing-all" }, times: 4 }] };
    const calls = isCallByCall({ procedure: { kind: "step-per-call" } });
    assert.equal(whyNotSafe(real("https://api.example"), broken, [], calls), null);
    assert.notEqual(whyNotSafe(real("https://api.example"), changed, [], calls), null);
    assert.ok(isCallByCall({}));
    const requests = isCallByCall({ procedure: { kind: "at-once", key: "idempotency-key", requests: 5 } });
    assert.notEqual(whyNotSafe(real("https://api.example"), broken, [], requests), null);
  });
});
