import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallContext, type Protected, policy, resilient } from "../../src/index.ts";
import { assertAtRest } from "../support/at-rest.ts";
import { coded, failed, world } from "../support/world.ts";

describe("limits, as other libraries get them wrong", () => {
  it("T6: a place that becomes free belongs to who waits for it, whoever comes at that moment", async () => {
    // The moment is somewhere between the end of the function and that of its call: every step in between is tried.
    for (let steps = 0; steps < 12; steps++) {
      const { clock, runtime, work } = world();
      const order: string[] = [];
      const late: Promise<unknown>[] = [];
      const comeLate = async (): Promise<void> => {
        for (let step = 0; step < steps; step++) await null;
        late.push(call.outcome({}, "newcomer"));
      };
      const call: Protected<[who: string], string> = resilient(
        policy({ name: "t6", limit: { concurrent: 1, queue: 1 } }),
        async (_context, who: string): Promise<string> => {
          order.push(who);
          await work(10);
          if (who === "first") void comeLate();
          return who;
        },
        { runtime },
      );
      runtime.observe(({ type }) => {
        if (type === "attempt.ended" && late.length < 2) late.push(call.outcome({}, "newcomer"));
      });

      const ends = await clock.run(() => Promise.all([call("first"), call("waiting")]));
      await clock.run(() => Promise.all(late));

      assert.deepEqual(ends, ["first", "waiting"]);
      assert.deepEqual(order.slice(0, 2), ["first", "waiting"]);
    }
  });

  it("T7: an aborted call leaves the queue at once, and its room in it is free", async () => {
    const { clock, runtime, work } = world();
    const call = resilient(policy({ limit: { concurrent: 1, queue: 1 } }), () => work(100), { runtime });
    const controller = new AbortController();

    const first = call();
    const waiting = failed(call.with({ signal: controller.signal }));
    assert.equal((await failed(call())).code, "FULL");
    controller.abort("tired");
    const error = await waiting;
    const next = call();

    assert.deepEqual([error.code, error.cause, error.attempts], ["ABORTED", "tired", 0]);
    assert.equal(clock.monotonic(), 0);
    await clock.run(() => Promise.all([first, next]));
    assert.equal(clock.monotonic(), 200);
    assertAtRest(runtime, [controller.signal]);
  });

  it("T7: an aborted call that waits for its turn under the rate gives it to the next", async () => {
    const { clock, runtime } = world();
    const rate = { calls: 1, per: "100ms", maxWait: "1s" } as const;
    const call = resilient(policy({ rate }), () => clock.monotonic(), { runtime });
    const controller = new AbortController();

    const first = call();
    const waiting = failed(call.with({ signal: controller.signal }));
    await clock.advance(10);
    controller.abort();
    await waiting;

    assert.deepEqual(await clock.run(() => Promise.all([first, call()])), [0, 100]);
    assertAtRest(runtime, [controller.signal]);
  });

  it("T16: a place is held until the function has really ended, however soon its call timed out", async () => {
    const { clock, runtime, work } = world();
    let running = 0;
    let most = 0;
    const document = policy({ name: "t16", attemptTimeout: "10ms", limit: { concurrent: 1 } });
    const call = resilient(
      document,
      async () => {
        most = Math.max(most, ++running);
        await work(100);
        running--;
      },
      { runtime },
    );

    const codes: string[] = [];
    for (let count = 0; count < 4; count++) codes.push((await clock.run(() => failed(call()))).code);
    await clock.advance(100);

    assert.deepEqual(codes, ["TIMEOUT_ATTEMPT", "FULL", "FULL", "FULL"]);
    assert.equal(most, 1);
    assertAtRest(runtime);
    assert.equal((await clock.run(() => failed(call()))).code, "TIMEOUT_ATTEMPT");
  });

  it("T21: refusals of our own are not held against the provider, be they of this policy or of one further in", async () => {
    const { clock, runtime, work } = world();
    const breaker = { minCalls: 2, failureRate: 0.1, consecutive: 1 } as const;
    const crowded = resilient(policy({ name: "t21", limit: { concurrent: 1 }, breaker }), () => work(100), {
      runtime,
    });
    const hasty = resilient(policy({ name: "t21 rate", rate: { calls: 1 }, breaker }), () => work(100), {
      runtime,
    });
    const outer = resilient(
      policy({ name: "t21 outer", breaker }),
      async (context, inner: Protected<[], unknown>) => inner.with({ parent: context }),
      { runtime },
    );

    await clock.run(async () => {
      const healthy = [crowded(), hasty()];
      for (let count = 0; count < 20; count++) {
        assert.equal((await failed(crowded())).code, "FULL");
        assert.equal((await failed(hasty())).code, "RATE");
        assert.equal((await failed(outer(crowded))).failure?.class, "rejected");
        assert.equal((await failed(outer(hasty))).failure?.class, "rejected");
      }
      await Promise.all(healthy);
    });

    for (const { policy: name, circuit } of runtime.statistics()) assert.equal(circuit, "closed", name);
  });

  it("T21: a provider that does fail opens all of them", async () => {
    const { clock, runtime } = world();
    const breaker = { consecutive: 1 } as const;
    const fails = (): never => {
      throw coded("ECONNRESET");
    };
    const inner = resilient(policy({ name: "inner", limit: { concurrent: 1 } }), fails, { runtime });
    const outer = resilient(
      policy({ name: "outer", breaker }),
      (context) => inner.with({ parent: context }),
      {
        runtime,
      },
    );

    await clock.run(() => failed(outer()));

    assert.equal(runtime.statistics().find((each) => each.policy === "outer")?.circuit, "open");
  });

  it("T49: a call inside a call of the same limit is refused where it would wait for its own caller", async () => {
    const { clock, runtime, work } = world();
    const document = policy({ name: "t49", limit: { concurrent: 1, queue: 5 } });
    const call: Protected<[depth: number, when: "at once" | "later"], unknown> = resilient(
      document,
      async (context: CallContext, depth: number, when: "at once" | "later"): Promise<unknown> => {
        if (when === "later") await work(10);
        if (depth === 0) return "end";
        return when === "later" ? call.with({ parent: context }, depth - 1, when) : call(depth - 1, when);
      },
      { runtime },
    );

    for (const when of ["at once", "later"] as const) {
      const error = await clock.run(() => failed(call(1, when)));
      assert.equal(error.failure?.code, "FULL", when);
      assert.equal((error.cause as { details?: { reentrant?: boolean } }).details?.reentrant, true);
      assert.equal(await clock.run(() => call(0, when)), "end");
    }
    assertAtRest(runtime);
  });
});
