import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parsePolicy, policy, resilient } from "../../src/index.ts";
import { assertAtRest, assertCountsAgree } from "../support/at-rest.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

const t18 = policy({ name: "t18", breaker: { minCalls: 1_000 } });

describe("functions and options, as other libraries get them wrong", () => {
  it("T18: whatever a function answers comes back as it is, at once or later", async () => {
    const { runtime } = world();
    class Own {
      readonly value = 1;
    }
    const answers: readonly unknown[] = [
      undefined,
      null,
      0,
      "",
      false,
      7n,
      Symbol("own"),
      () => 1,
      [],
      {},
      Object.create(null),
      new Own(),
      new Error("an answer"),
      new Proxy({}, {}),
    ];
    const sync = resilient(t18, (_context, answer: unknown) => answer, { runtime });
    const later = resilient(t18, async (_context, answer: unknown) => answer, { runtime });

    for (const answer of answers) {
      assert.equal(await sync(answer), answer);
      assert.equal(await later(answer), answer);
    }
    assertAtRest(runtime);
  });

  it("T18: what a function throws at once is a rejection, and nothing it answers can make a call throw or hang", async () => {
    const { runtime, events } = world();
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const thrown: readonly unknown[] = [
      coded("ECONNRESET"),
      undefined,
      null,
      0,
      "text",
      Symbol("own"),
      revoked.proxy,
    ];
    const throws = resilient(
      t18,
      (_context, error: unknown): never => {
        throw error;
      },
      { runtime },
    );
    for (const error of thrown) {
      const end = failed(throws(error));
      assert.equal((await end).cause, error);
    }

    const field = (name: string): object => ({
      get [name](): never {
        throw new Error(`no ${name}`);
      },
    });
    const answers = resilient(t18, (_context, answer: unknown) => answer, { runtime });
    const untouchable = field("status");
    assert.equal(await answers(untouchable), untouchable);
    assert.equal(((await failed(answers(field("then")))).cause as Error).message, "no then");
    assertAtRest(runtime);
    assertCountsAgree(runtime, events);
  });

  it("T18: a thenable that settles twice, at once or by throwing counts once", async () => {
    const { runtime, events } = world();
    // biome-ignore lint/suspicious/noThenProperty: a promise that keeps no rules is what this is about
    const twice = { then: (resolve: (value: unknown) => void) => [resolve(1), resolve(2)] };
    const both = {
      // biome-ignore lint/suspicious/noThenProperty: as above
      then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
        resolve(1);
        reject(new Error("late"));
        throw new Error("later");
      },
    };
    class Hasty extends Promise<unknown> {
      // biome-ignore lint/suspicious/noThenProperty: a promise that keeps no rules is what this is about
      override then(...ends: Parameters<Promise<never>["then"]>): Promise<never> {
        for (let count = 0; count < 3; count++) void ends[0]?.(1 as never);
        return Promise.resolve(1 as never);
      }
    }
    const call = resilient(t18, (_context, answer: unknown) => answer, { runtime });

    for (const answer of [twice, both, new Hasty(() => {})]) {
      assert.deepEqual(await Promise.all([call(answer), call(answer), call("own")]), [1, 1, "own"]);
    }
    assertAtRest(runtime);
    assertCountsAgree(runtime, events);
  });

  it("T39: nothing and no number are not taken for what is left out", async () => {
    const settled = (document: unknown): string => {
      try {
        parsePolicy(document);
        return "taken";
      } catch (error) {
        return (error as { readonly code: string }).code;
      }
    };
    for (const value of [undefined, Number.NaN, null, "", Number.POSITIVE_INFINITY, -1]) {
      for (const document of [
        { deadline: value },
        { attemptTimeout: value },
        { retry: { attempts: value } },
        { retry: { backoff: { base: value } } },
        { budget: { minPerSecond: value } },
        { breaker: { minCalls: value } },
        { limit: { concurrent: value } },
        { limit: { concurrent: 1, queue: value } },
        { rate: { calls: value } },
      ]) {
        assert.equal(settled(document), "POLICY_INVALID", `${JSON.stringify(document)} ${String(value)}`);
      }
    }

    assert.equal(settled({ deadline: 0 }), "POLICY_INVALID");
  });

  it("T39: a setting of 0 is kept", async () => {
    const { clock, runtime, events, work } = world();
    const retry = { attempts: 3, backoff: { base: 0, jitter: "none" }, minAttempt: 0 } as const;
    const again = resilient(policy({ idempotent: true, retry }), flaky(2).call, { runtime });
    assert.equal(await clock.run(again), "answer");
    assert.deepEqual(
      events.flatMap((event) => (event.type === "retry.waiting" ? [event.waitMs] : [])),
      [0, 0],
    );

    const budget = { ratio: 0, minPerSecond: 0 } as const;
    const spent = resilient(policy({ idempotent: true, retry, budget }), flaky(2).call, { runtime });
    assert.equal((await clock.run(() => failed(spent()))).code, "BUDGET");

    const crowded = resilient(policy({ limit: { concurrent: 1, queue: 0 } }), () => work(5), { runtime });
    const hasty = resilient(policy({ rate: { calls: 1, maxWait: 0 } }), () => work(5), { runtime });
    await clock.run(async () => {
      const first = [crowded(), hasty()];
      assert.deepEqual([(await failed(crowded())).code, (await failed(hasty())).code], ["FULL", "RATE"]);
      await Promise.all(first);
    });
  });

  it("T39: a deadline of nothing for one call ends it before it begins, and one that is no number changes nothing", async () => {
    const { clock, runtime, work } = world();
    const provider = flaky(0);
    const call = resilient(policy({ deadline: "50ms" }), provider.call, { runtime });
    for (const deadlineMs of [0, -5]) {
      assert.equal((await failed(call.with({ deadlineMs }))).code, "TIMEOUT_TOTAL");
    }
    assert.equal(provider.calls(), 0);

    const slow = resilient(policy({ deadline: "50ms" }), () => work(100), { runtime });
    assert.equal((await clock.run(() => failed(slow.with({ deadlineMs: Number.NaN })))).elapsedMs, 50);
  });

  it("T47: a classifier, a key or a fallback that throws at once ends its own call and nothing else", async () => {
    const { clock, runtime, events } = world();
    const mistake = new Error("a mistake");
    const throws = (): never => {
      throw mistake;
    };
    const answers = flaky(0).call;
    const fails = flaky(99).call;
    const limit = { concurrent: 1, queue: 1 } as const;
    const classified = resilient(policy({ name: "classified", classify: "own", limit }), answers, {
      runtime,
      classify: { own: throws },
    });
    const keyed = resilient(policy({ name: "keyed", limit: { ...limit, key: "own" } }), answers, {
      runtime,
      key: { own: throws },
    });
    const fallen = resilient(policy({ name: "fallen", fallback: "own", limit }), fails, {
      runtime,
      fallback: { own: throws },
    });

    for (let count = 0; count < 3; count++) {
      const errors = await clock.run(() =>
        Promise.all([classified, keyed, fallen].map((call) => failed(call()))),
      );
      assert.deepEqual(
        errors.map(({ code }) => code),
        ["FAILED", "FAILED", "FALLBACK_FAILED"],
      );
      assert.equal(errors[0]?.failure?.classifierError, mistake);
      assert.equal(errors[1]?.cause, mistake);
      assert.equal(errors[2]?.cause, mistake);
      assert.equal((await keyed.outcome({})).ok, false);
    }
    assertAtRest(runtime);
    assertCountsAgree(runtime, events);
  });

  it("T48: a fallback that fails leaves both errors to be seen", async () => {
    const { clock, runtime } = world();
    const first = coded("ECONNRESET");
    const second = new Error("the cache is empty");
    const call = resilient(policy({ name: "t48", fallback: "cached" }), flaky(9, () => first).call, {
      runtime,
      fallback: { cached: () => Promise.reject(second) },
    });

    const error = await clock.run(() => failed(call()));

    assert.equal(error.code, "FALLBACK_FAILED");
    assert.equal(error.cause, second);
    assert.deepEqual(error.causes, [first, second]);
    const { call: of } = error.details as {
      readonly call: { readonly code: string; readonly cause: unknown };
    };
    assert.deepEqual([of.code, of.cause], ["FAILED", first]);
  });
});
