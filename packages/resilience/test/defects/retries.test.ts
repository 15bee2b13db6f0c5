import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type JitterKind, jitterKinds, seededRandom, settingsOf, waits } from "@holdfast/core";
import { retryStep, retryWaitsOf } from "../../src/call/retry-step.ts";
import { type PolicyDocument, parsePolicy, policy, resilient } from "../../src/index.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

type Retry = NonNullable<PolicyDocument["retry"]>;

/** The waits of a call that fails as often as it may, whatever they are made of. */
async function waitsOf(
  retry: Retry,
  error: () => unknown = () => coded("ECONNRESET"),
): Promise<readonly number[]> {
  const { clock, runtime, events } = world();
  const document = parsePolicy({ idempotent: true, retry });
  await clock.run(() => failed(resilient(document, flaky(99, error).call, { runtime })()));
  return events.flatMap((event) => (event.type === "retry.waiting" ? [event.waitMs] : []));
}

describe("retries, as other libraries get them wrong", () => {
  it("T3: every setting of a backoff shows in the waits that it makes", async () => {
    const plain = { base: 100, factor: 2, cap: 10_000, jitter: "none" } as const;
    const busy = (): unknown => Object.assign(new Error("busy"), { status: 429 });

    assert.deepEqual(await waitsOf({ attempts: 4, backoff: plain }), [100, 200, 400]);
    assert.deepEqual(await waitsOf({ attempts: 4, backoff: { ...plain, base: 7 } }), [7, 14, 28]);
    assert.deepEqual(await waitsOf({ attempts: 4, backoff: { ...plain, factor: 3 } }), [100, 300, 900]);
    assert.deepEqual(await waitsOf({ attempts: 4, backoff: { ...plain, cap: 250 } }), [100, 200, 250]);
    assert.deepEqual(await waitsOf({ attempts: 2, backoff: plain }), [100]);
    assert.deepEqual(
      await waitsOf({ attempts: 4, backoff: { ...plain, throttledBase: 1_000 } }, busy),
      [1_000, 2_000, 4_000],
    );
  });

  it("T3: the factor shows under every jitter that knows one", async () => {
    for (const jitter of jitterKinds) {
      const made = async (factor: number) =>
        await waitsOf({ attempts: 6, backoff: { base: 100, factor, cap: 1_000_000, jitter } });
      const meant = (factor: number) =>
        waits({ baseMs: 100, factor, capMs: 1_000_000, jitter }, 5, seededRandom(1));

      assert.deepEqual(await made(3), meant(3), jitter);
      // These two grow by formulas of their own.
      if (jitter === "decorrelated" || jitter === "polly-v2") continue;
      const growth = (all: readonly number[]): number => all.reduce((sum, ms) => sum + ms, 0);
      assert.ok(growth(await made(5)) > 2 * growth(await made(2)), jitter);
    }
  });

  it("T12: no wait is below nothing, above the cap or no number, in 100,000 steps and from any base", () => {
    const failure = { class: "ambiguous", counts: true } as const;
    for (const jitter of jitterKinds) for (const baseMs of [0, 0.5, 100]) assertWaits(jitter, baseMs, 30_000);

    function assertWaits(jitter: JitterKind, baseMs: number, capMs: number): void {
      const random = seededRandom(7);
      const retry = { attempts: 100, backoff: { baseMs, factor: 2, capMs, jitter } };
      const endless = { ...retryWaitsOf(settingsOf({ retry })), attempts: Number.POSITIVE_INFINITY };
      let memory: number | null = null;
      for (let attempts = 1; attempts <= 100_000; attempts++) {
        const facts = { attempts, failure, retriable: true, remainingMs: Number.POSITIVE_INFINITY, memory };
        const step = retryStep(endless, facts, random);
        assert.ok(step.again && step.waitMs >= 0 && step.waitMs <= capMs, `${jitter} ${baseMs} ${attempts}`);
        memory = step.memory;
      }
    }
  });

  it("T35: a budget is there when it is declared, fills again with time, and counts for all calls together", async () => {
    const { clock, runtime } = world();
    const budget = { ratio: 0, minPerSecond: 0.1, window: "10s" } as const;
    const retry = { attempts: 3, backoff: { base: 0 } } as const;
    const call = resilient(policy({ name: "t35", idempotent: true, retry, budget }), flaky(99).call, {
      runtime,
    });
    const attempts = async (): Promise<readonly [string, number]> => {
      const error = await clock.run(() => failed(call()));
      return [error.code, error.attempts];
    };

    assert.deepEqual(await attempts(), ["BUDGET", 2]);
    assert.deepEqual(await attempts(), ["BUDGET", 1]);
    await clock.advance(20_000);
    assert.deepEqual(await attempts(), ["BUDGET", 2]);
    assert.deepEqual(await attempts(), ["BUDGET", 1]);
  });

  it("T35: how often a call was tried is its own: calls beside and after it have all of their attempts", async () => {
    const { clock, runtime, work } = world();
    const retry = { attempts: 4, backoff: { base: "10ms" } } as const;
    const call = resilient(
      policy({ name: "t35 own", idempotent: true, retry }),
      async () => {
        await work(3);
        throw coded("ECONNRESET");
      },
      { runtime },
    );

    const beside = await clock.run(() => Promise.all(Array.from({ length: 20 }, () => failed(call()))));
    const after = await clock.run(() => failed(call()));

    for (const { attempts, causes } of [...beside, after])
      assert.deepEqual([attempts, causes.length], [4, 4]);
  });

  it("T44: a TypeError of the caller's own code comes through untouched, and one that fetch hides a reset in is tried again", async () => {
    const { clock, runtime } = world();
    const retry = { attempts: 3, backoff: { base: "1ms" } } as const;
    const document = policy({ name: "t44", idempotent: true, retry, breaker: { consecutive: 1 } });
    const mistake = new TypeError("undefined is not a function");
    const broken = new TypeError("fetch failed", { cause: coded("ECONNRESET") });
    const mistaken = flaky(99, () => mistake);
    const reset = flaky(1, () => broken);

    const error = await clock.run(() => failed(resilient(document, mistaken.call, { runtime })()));

    assert.deepEqual([error.code, error.cause, error.failure?.class], ["FAILED", mistake, "final"]);
    assert.equal(mistaken.calls(), 1);
    assert.equal(runtime.statistics()[0]?.circuit, "closed");
    const again = resilient(policy({ idempotent: true, retry }), reset.call, { runtime });
    assert.equal(await clock.run(again), "answer");
    assert.equal(reset.calls(), 2);
  });

  it("T45: retries inside retries multiply, and that shows: in each attempt, in each event and in the counts", async () => {
    const { clock, runtime, events } = world();
    const retry = { attempts: 3, backoff: { base: "1ms" } } as const;
    const sent: string[] = [];
    const inner = resilient(
      policy({ name: "inner", idempotent: true, retry }),
      (context, around: number): Promise<never> => {
        sent.push(`${around}.${context.attempt}`);
        return Promise.reject(coded("ECONNRESET"));
      },
      { runtime },
    );
    const outer = resilient(
      policy({ name: "outer", idempotent: true, retry }),
      (context) => inner.with({ parent: context }, context.attempt),
      { runtime },
    );

    const error = await clock.run(() => failed(outer()));

    assert.equal(error.code, "EXHAUSTED");
    assert.deepEqual(sent, ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3"]);
    const resends = events.flatMap((event) =>
      event.type === "attempt.started" ? [`${event.policy} ${event.resend}`] : [],
    );
    assert.equal(resends.filter((each) => each === "outer 2").length, 1);
    assert.equal(resends.filter((each) => each === "inner 2").length, 3);
    const counts = runtime.statistics().map((each) => [each.policy, each.calls, each.attempts, each.retries]);
    assert.deepEqual(counts.sort(), [
      ["inner", 3, 9, 6],
      ["outer", 1, 3, 2],
    ]);
  });

  it("T46: neither many retries at once nor a long queue that fails at once become a deep stack", async () => {
    const { clock, runtime, work } = world();
    const retry = { attempts: 100, backoff: { base: 0, jitter: "none" } } as const;
    let depth = 0;
    const fail = (): never => {
      depth = Math.max(depth, stackDepth());
      throw coded("ECONNRESET");
    };
    const again = resilient(policy({ name: "t46", idempotent: true, retry }), fail, { runtime });
    const queued = resilient(
      policy({ name: "t46 queue", limit: { concurrent: 1, queue: 5_000 } }),
      (_context, first: boolean) => (first ? work(1) : fail()),
      { runtime },
    );

    const errors = await clock.run(() => Promise.all(Array.from({ length: 10 }, () => failed(again()))));
    await clock.run(() => {
      const first = queued(true);
      return Promise.all([first, ...Array.from({ length: 5_000 }, () => failed(queued(false)))]);
    });

    assert.deepEqual([...new Set(errors.map(({ attempts }) => attempts))], [100]);
    assert.equal(runtime.statistics()[1]?.errors["FAILED"], 5_000);
    assert.ok(depth < 60, `the stack was ${depth} deep`);
  });
});

function stackDepth(): number {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const depth = new Error("depth").stack?.split("\n").length ?? 0;
  Error.stackTraceLimit = limit;
  return depth;
}
