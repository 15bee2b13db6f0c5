import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { Call, type CallHost } from "./call.ts";
import { PolicyState } from "./policy-state.ts";
import { listen, unlisten } from "./signal-hub.ts";

const state = new PolicyState("", { breaker: null, budget: null, bulkhead: null, rate: null });

/** Calls that do nothing when they are aborted but what the test says. */
function calls(count: number, aborted: (call: Call) => void): readonly Call[] {
  const host = { aborted } as unknown as CallHost;
  return Array.from({ length: count }, () => new Call(host, state));
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("the signal hub", () => {
  it("listens once for any number of calls, and no more when the last of them has left", () => {
    const { signal } = new AbortController();
    const all = calls(3, () => {});

    for (const call of all) listen(signal, call);
    for (const call of all) listen(signal, call);
    assert.equal(listeners(signal), 1);

    for (const call of all) {
      assert.equal(listeners(signal), 1);
      unlisten(signal, call);
      unlisten(signal, call);
    }
    assert.equal(listeners(signal), 0);
  });

  it("tells each call that listens, once, and none that has left meanwhile", () => {
    const controller = new AbortController();
    const { signal } = controller;
    const told: Call[] = [];
    const all = calls(3, (call) => {
      told.push(call);
      // The end of the first is that of the second.
      unlisten(signal, all[1] as Call);
    });
    for (const call of all) listen(signal, call);

    controller.abort();
    controller.abort();

    assert.deepEqual(
      told.map((call) => all.indexOf(call)),
      [0, 2],
    );
    assert.equal(listeners(signal), 0);
  });

  it("tells at once of a signal that has aborted before, which tells of it no more", () => {
    const told: Call[] = [];
    const [call] = calls(1, (one) => told.push(one));
    const signal = AbortSignal.abort();

    listen(signal, call as Call);

    assert.deepEqual(told, [call]);
    assert.equal(listeners(signal), 0);
  });
});
