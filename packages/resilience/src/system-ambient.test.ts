import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newTraceContext, noBaggage, parseBaggage, seededRandom } from "@holdfast/core";
import { resilient } from "./resilient.ts";
import {
  currentBaggage,
  currentDeadline,
  currentIdempotencyKey,
  currentTrace,
  runInside,
  runStarted,
  runWithBaggage,
} from "./system-ambient.ts";
import { createRuntime } from "./system-runtime.ts";

const trace = newTraceContext(seededRandom(1));

/** What surrounds a request, which hands out a numbered key for each call. */
function numbered() {
  let calls = 0;
  return {
    remainingMs: () => 50,
    idempotencyKey: "k",
    keyFor: (policy: string) => `${policy}-${++calls}`,
    trace,
  };
}

describe("what surrounds a call", () => {
  it("can be looked at inside, also after a wait, and is not there outside", async () => {
    const look = () => [currentTrace(), currentDeadline()?.remainingMs() ?? null, currentIdempotencyKey()];
    const inside = runInside(numbered(), async () => {
      await Promise.resolve();
      return look();
    });
    assert.deepEqual(look(), [null, null, null]);
    assert.deepEqual(await inside, [trace, 50, "k"]);
    const endless = { remainingMs: () => Number.POSITIVE_INFINITY, idempotencyKey: null };
    assert.deepEqual(runInside(endless, look), [null, null, null]);
  });

  it("keeps everything else where only the baggage is another", async () => {
    const baggage = parseBaggage("tenant=acme");
    const keyOf = resilient({ name: "pay" }, (context) => context.idempotencyKey);
    const look = () => [
      currentTrace(),
      currentDeadline()?.remainingMs() ?? null,
      currentIdempotencyKey(),
      currentBaggage(),
    ];
    await runInside(numbered(), async () => {
      assert.deepEqual(runWithBaggage(baggage, look), [trace, 50, "k", baggage]);
      assert.deepEqual(look(), [trace, 50, "k", noBaggage]);
      assert.equal(await runWithBaggage(baggage, () => keyOf()), "pay-1");
      assert.equal(await keyOf(), "pay-2", "keys are numbered across both");
    });
    assert.deepEqual(runWithBaggage(baggage, look), [null, null, null, baggage]);
  });

  it("is what a process was started by, and nothing where it was started by nothing", () => {
    const look = () => [currentTrace(), currentBaggage()];
    const baggage = parseBaggage("tenant=acme");
    assert.deepEqual(runStarted({ trace, baggage }, look), [trace, baggage]);
    assert.deepEqual(runStarted({ trace: null, baggage }, look), [null, baggage]);
    assert.deepEqual(runStarted({ trace: null, baggage: noBaggage }, look), [null, noBaggage]);
  });

  it("gives each call the key that is meant for it, unless the call brings its own", async () => {
    const keyOf = resilient({ name: "pay" }, (context) => context.idempotencyKey);
    await runInside(numbered(), async () => {
      assert.equal(await keyOf(), "pay-1");
      assert.equal(await keyOf(), "pay-2");
      assert.equal(await keyOf.with({ idempotencyKey: "own" }), "own");
    });
    await runInside({ remainingMs: () => 50, idempotencyKey: "k" }, async () =>
      assert.equal(await keyOf(), "k"),
    );
  });

  it("counts a call that an open circuit refuses, so that the keys after it are what they would have been", async () => {
    const runtime = createRuntime();
    const keyOf = resilient({ name: "pay", breaker: {} }, (context) => context.idempotencyKey, { runtime });
    await keyOf();
    runtime.force("pay", "open");
    await runInside(numbered(), async () => {
      for (let refused = 0; refused < 3; refused++) await assert.rejects(keyOf(), { code: "OPEN" });
      runtime.force("pay", "closed");
      assert.equal(await keyOf(), "pay-4");
    });
    runtime.dispose();
  });
});
