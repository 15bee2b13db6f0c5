import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { type CallContext, createRuntime, policy, resilient } from "../../src/index.ts";
import { assertAtRest } from "../support/at-rest.ts";
import { collected } from "../support/collected.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

const backoff = { base: "1s", jitter: "none" } as const;
const forever = (): Promise<never> => new Promise(() => {});

describe("aborts, as other libraries get them wrong", () => {
  it("T1: an abort ends the wait before a retry at once, without another attempt, and keeps its reason", async () => {
    const { clock, runtime } = world();
    const provider = flaky(9);
    const document = policy({ name: "t1", idempotent: true, retry: { attempts: 3, backoff } });
    const call = resilient(document, provider.call, { runtime });
    const controller = new AbortController();
    const reason = { why: "the user left" };

    const end = failed(call.with({ signal: controller.signal }));
    await clock.advance(50);
    controller.abort(reason);
    const error = await end;

    assert.equal(error.code, "ABORTED");
    assert.equal(error.cause, reason);
    assert.equal(clock.monotonic(), 50);
    assertAtRest(runtime, [controller.signal]);
    await clock.advance(60_000);
    assert.equal(provider.calls(), 1);
  });

  it("T4: a caller's abort, the deadline, an attempt's timeout and a refusal are told apart", async () => {
    const { clock, runtime } = world();
    const limit = { concurrent: 1, queue: 1, maxWait: "30ms" } as const;
    const times = { deadline: "100ms", attemptTimeout: "60ms" } as const;
    const call = resilient(policy({ name: "t4", ...times, breaker: { minCalls: 1 } }), forever, { runtime });
    const patient = resilient(policy({ name: "t4 patient", deadline: "100ms" }), forever, { runtime });
    const crowded = resilient(policy({ name: "t4 crowded", limit, deadline: "100ms" }), forever, { runtime });
    const controller = new AbortController();

    const ends = [
      failed(call.with({ signal: controller.signal })),
      failed(call()),
      failed(patient()),
      failed(crowded()),
      failed(crowded()),
      failed(crowded()),
    ];
    await clock.advance(10);
    controller.abort("mine");
    await clock.advance(1_000);
    const errors = await Promise.all(ends);

    assert.deepEqual(
      errors.map(({ code, elapsedMs }) => [code, elapsedMs]),
      [
        ["ABORTED", 10],
        ["TIMEOUT_ATTEMPT", 60],
        ["TIMEOUT_TOTAL", 100],
        ["TIMEOUT_TOTAL", 100],
        ["TIMEOUT_QUEUE", 30],
        ["FULL", 0],
      ],
    );
    assert.equal(errors[0]?.cause, "mine");
  });

  it("T4: a caller's abort says nothing about the provider, a timeout does", async () => {
    const { clock, runtime } = world();
    const breaker = { consecutive: 1, minCalls: 100 } as const;
    const call = resilient(policy({ name: "t4", attemptTimeout: "60ms", breaker }), forever, { runtime });
    const circuit = () => runtime.statistics()[0]?.circuit;
    const controller = new AbortController();

    const aborted = failed(call.with({ signal: controller.signal }));
    controller.abort();
    await aborted;
    assert.equal(circuit(), "closed");

    await clock.run(() => failed(call()));
    assert.equal(circuit(), "open");
  });

  it("T26: a signal that outlives its calls has one listener for all of them, and none after them", async () => {
    const runtime = createRuntime();
    const { signal } = new AbortController();
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const listeners = (): number => getEventListeners(signal, "abort").length;
    let answer: Promise<void> = turn();
    const document = policy({ name: "t26", deadline: "30s" });
    const call = resilient(
      document,
      (context, reads: boolean) => (reads && context.signal.aborted ? null : answer),
      { runtime },
    );

    for (let batch = 0; batch < 100; batch++) {
      answer = turn().then(turn);
      const calls = Array.from({ length: 1_000 }, (_, index) => call.with({ signal }, index % 10 === 0));
      await turn();
      assert.equal(listeners(), 1);
      await Promise.all(calls);
    }

    assert.equal(listeners(), 0);
    assert.equal(runtime.statistics()[0]?.successes, 100_000);
    runtime.dispose();
  });

  it("T27: neither AbortSignal.any nor AbortSignal.timeout is used, and a long-lived signal keeps no call alive", async (t) => {
    const any = t.mock.method(AbortSignal, "any");
    const timeout = t.mock.method(AbortSignal, "timeout");
    const runtime = createRuntime();
    const { signal } = new AbortController();
    const call = resilient(
      policy({ name: "t27", deadline: "30s", attemptTimeout: "10s" }),
      async (context, _big: object) => {
        await new Promise((resolve) => setImmediate(resolve));
        return context.signal.aborted;
      },
      { runtime },
    );
    const made: WeakRef<object>[] = [];
    // A function of its own, because a variable of a loop may live longer than its round.
    const callOnce = async (): Promise<void> => {
      const big = { bytes: new Uint8Array(1_000) };
      made.push(new WeakRef(big));
      await call.with({ signal }, big);
    };
    for (let count = 0; count < 100; count++) await callOnce();

    assert.deepEqual([any.mock.callCount(), timeout.mock.callCount()], [0, 0]);
    assert.ok(await collected(made), "an argument is kept");
    assert.equal(signal.aborted, false);
    runtime.dispose();
  });

  it("T30: the timeout of one call neither aborts another nor makes a later one begin aborted", async () => {
    const { clock, runtime, work } = world();
    const contexts: CallContext[] = [];
    const call = resilient(
      policy({ name: "t30", attemptTimeout: "50ms" }),
      async (context, ms: number) => {
        contexts.push(context);
        assert.equal(context.signal.aborted, false);
        await work(ms, context.signal);
        return ms;
      },
      { runtime },
    );

    const late = failed(call(1_000));
    await clock.advance(30);
    const beside = call(40);
    await clock.advance(1_000);
    const after = call(10);
    await clock.advance(1_000);

    assert.equal((await late).code, "TIMEOUT_ATTEMPT");
    assert.deepEqual([await beside, await after], [40, 10]);
    assert.deepEqual(
      contexts.map(({ signal }) => signal.aborted),
      [true, false, false],
    );
  });

  it("T31: an answer that goes on keeps its signal unaborted until it is complete, and its deadline until then", async () => {
    const { clock, runtime } = world();
    const document = policy({ name: "t31", deadline: "100ms", limit: { concurrent: 2 } });
    const call = resilient(document, async (context) => ({ context, release: context.hold() }), { runtime });
    const active = () => runtime.statistics()[0]?.limit?.active;

    const [whole, cut] = await Promise.all([call(), call()]);
    await clock.advance(99);
    assert.deepEqual([whole.context.signal.aborted, cut.context.signal.aborted], [false, false]);
    assert.equal(active(), 2);
    whole.release();
    assert.equal(active(), 1);
    await clock.advance(1);

    assert.deepEqual([whole.context.signal.aborted, cut.context.signal.aborted], [false, true]);
    assert.equal(active(), 0);
    assertAtRest(runtime);
  });

  it("T31: a timeout further in does not take the place of the signal further out", async () => {
    const { clock, runtime } = world();
    const inner = resilient(policy({ name: "t31 inner", attemptTimeout: "10ms" }), forever, { runtime });
    const seen: boolean[] = [];
    const outer = resilient(
      policy({ name: "t31 outer", deadline: "100ms" }),
      async (context) => {
        const { code } = await failed(inner.with({ parent: context }));
        seen.push(context.signal.aborted);
        return code;
      },
      { runtime },
    );

    assert.equal(await clock.run(() => outer()), "TIMEOUT_ATTEMPT");
    assert.deepEqual(seen, [false]);
  });

  it("T36: an error that an abort has caused is not tried again, whatever stands behind it", async () => {
    const { clock, runtime } = world();
    const behind = [coded("ECONNRESET"), Object.assign(new Error("busy"), { status: 503 }), undefined];
    for (const cause of behind) {
      const error = Object.assign(new Error("This operation was aborted", { cause }), { name: "AbortError" });
      const provider = flaky(9, () => error);
      const document = policy({ idempotent: true, retry: { attempts: 3 } });
      const end = await clock.run(() => failed(resilient(document, provider.call, { runtime })()));

      assert.equal(provider.calls(), 1);
      assert.equal(end.code, "FAILED");
      assert.equal(end.cause, error);
      assert.equal(end.failure?.class, "aborted");
    }
  });
});
