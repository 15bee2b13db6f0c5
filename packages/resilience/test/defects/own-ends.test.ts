import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policy, resilient } from "../../src/index.ts";
import { assertAtRest, assertCountsAgree } from "../support/at-rest.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

const forever = (): Promise<never> => new Promise(() => {});

describe("ends and counts, as we had them wrong ourselves", () => {
  it("tells of every call that an open circuit refuses, not only of the first", async () => {
    const { runtime, events } = world();
    const call = resilient(policy({ breaker: { consecutive: 1 } }), flaky(99).call, { runtime });

    for (let count = 0; count < 5; count++) await failed(call());

    const codes = events.flatMap((event) => (event.type === "call.ended" ? [event.code] : []));
    assert.deepEqual(codes, ["FAILED", "OPEN", "OPEN", "OPEN", "OPEN"]);
    assertCountsAgree(runtime, events);
  });

  it("ends an answer that goes on by its deadline, though it was given at once", async () => {
    for (const turns of ["moments", "batched"] as const) {
      const { clock, runtime, events } = world({ turns });
      const call = resilient(
        policy({ deadline: "100ms", limit: { concurrent: 1 } }),
        (context) => {
          context.hold();
          return context.signal;
        },
        { runtime },
      );

      const signal = await call();
      await clock.advance(99);
      assert.equal(signal.aborted, false);
      await clock.advance(1);

      assert.equal(signal.aborted, true);
      assert.deepEqual(runtime.statistics()[0]?.errors, { TIMEOUT_TOTAL: 1 });
      assertAtRest(runtime);
      assertCountsAgree(runtime, events);
    }
  });

  it("counts and tells an answer that broke off as the failure that it is", async () => {
    const { runtime, events } = world();
    const call = resilient(
      policy({ breaker: { consecutive: 1, minCalls: 100 } }),
      async (context) => context.hold(),
      { runtime },
    );
    const [whole, broken] = await Promise.all([call(), call()]);

    whole();
    whole(new Error("too late to matter"));
    broken(coded("ECONNRESET"));

    const [{ successes, errors, attemptFailures, circuit } = assert.fail()] = runtime.statistics();
    assert.deepEqual([successes, errors, attemptFailures, circuit], [1, { FAILED: 1 }, 1, "open"]);
    assertAtRest(runtime);
    assertCountsAgree(runtime, events);
  });

  it("calls it the deadline when what is made inside a call tells first that it has come", async () => {
    const { clock, runtime } = world();
    const inner = resilient(policy({ name: "inner", retry: { attempts: 1 } }), forever, { runtime });
    const retry = { attempts: 3 };
    for (const document of [
      policy({ deadline: "50ms" }),
      policy({ deadline: "50ms", idempotent: true, retry }),
    ]) {
      const outer = resilient(document, (context) => inner.with({ parent: context }), { runtime });
      const error = await clock.run(() => failed(outer()));
      assert.deepEqual([error.code, error.elapsedMs], ["TIMEOUT_TOTAL", 50]);
    }
  });

  it("does not take the timeout of a call inside for its own, not even where neither has a name", async () => {
    const { clock, runtime, work } = world();
    const inner = resilient(policy({ attemptTimeout: "20ms" }), forever, { runtime });
    const outer = resilient(
      policy({ attemptTimeout: "1s" }),
      async (context) => {
        await work(30);
        await inner.with({ parent: context });
      },
      { runtime },
    );

    const error = await clock.run(() => failed(outer()));

    assert.deepEqual([error.code, error.elapsedMs], ["FAILED", 50]);
    assert.equal((error.cause as { readonly code?: string }).code, "TIMEOUT_ATTEMPT");
  });

  it("does not begin a call whose turn under the rate comes with its deadline", async () => {
    const rate = { calls: 1, per: "50ms", maxWait: "50ms" } as const;
    for (const deadline of ["50ms", "1s"] as const) {
      const { clock, runtime } = world();
      const provider = flaky(0);
      const call = resilient(policy({ deadline, rate }), provider.call, { runtime });

      const [first, second] = await clock.run(() =>
        Promise.all([call(), failed(call.with({ deadlineMs: 50 }))]),
      );

      assert.deepEqual([first, second.code, provider.calls()], ["answer", "TIMEOUT_TOTAL", 1]);
      assertAtRest(runtime);
    }
  });

  it("lets all states that share a circuit know when somebody decides about it", async () => {
    const { runtime } = world();
    let bad = true;
    const call = resilient(
      policy({ name: "shared", breaker: { consecutive: 1 }, limit: { key: "tenant", concurrent: 5 } }),
      (_context, _tenant: string) => {
        if (bad) throw coded("ECONNRESET");
      },
      { runtime, key: { tenant: (tenant) => tenant } },
    );
    for (const tenant of ["one", "two", "one", "two"]) await failed(call(tenant));
    assert.deepEqual(
      runtime.statistics().map(({ errors }) => errors["OPEN"]),
      [1, 2],
    );
    bad = false;

    runtime.force("shared", "closed", "one");

    await call("one");
    await call("two");
  });

  it("keeps the one budget of all keys, however many keys come after it was made", async () => {
    const { clock, runtime } = world({ keysMax: 5 });
    const retry = { attempts: 2, backoff: { base: 0 } } as const;
    const call = resilient(
      policy({
        name: "many",
        idempotent: true,
        retry,
        budget: { ratio: 0, minPerSecond: 0.001, window: "1000s" },
        limit: { key: "host", concurrent: 1 },
        breaker: { key: "host", minCalls: 1_000 },
      }),
      (_context, _host: string) => Promise.reject(coded("ECONNRESET")),
      { runtime, key: { host: (host) => host } },
    );

    const codes = new Map<string, number>();
    for (let host = 0; host < 60; host++) {
      const { code } = await clock.run(() => failed(call(`host-${host}`)));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }

    assert.deepEqual(
      [...codes],
      [
        ["EXHAUSTED", 1],
        ["BUDGET", 59],
      ],
    );
  });
});
