import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policy, resilient } from "../src/index.ts";
import { otel } from "../src/otel.ts";
import { telemetry } from "./support/telemetry.ts";
import { failed, flaky, world } from "./support/world.ts";

const name = (short: string): string => `holdfast.resilience.${short}`;

const retry = { attempts: 3, backoff: { base: "100ms", jitter: "none" } } as const;

/** A world whose runtime is metered. */
function metered(options: { readonly keys?: boolean; readonly keysMax?: number } = {}) {
  const { keys = true, ...rest } = options;
  const made = world(rest);
  const seen = telemetry();
  const stop = otel(made.runtime, { tracer: null, meter: seen.meter, keys });
  return { ...made, points: (short: string, policy = "p") => seen.points(name(short), policy), seen, stop };
}

describe("the metrics of a runtime", () => {
  it("tell of calls by how they ended, of attempts, retries and what failed", async () => {
    const { clock, runtime, points } = metered();
    const document = policy({ name: "p", idempotent: true, retry });
    const run = (work: () => Promise<unknown>) =>
      clock.run(() => resilient(document, work, { runtime }).outcome({}));

    await run(flaky(0).call);
    await run(flaky(2).call);
    await run(flaky(9).call);
    await run(flaky(9, () => Object.assign(new Error("gone"), { status: 404 })).call);
    await run(flaky(9, () => new TypeError("not a function")).call);
    await run(() =>
      clock.sleep(0).then(() => Promise.reject(Object.assign(new Error("?"), { code: "a sentence" }))),
    );

    assert.deepEqual(await points("calls"), {
      "outcome=success": 2,
      "error.type=EXHAUSTED outcome=EXHAUSTED": 2,
      "error.type=FAILED outcome=FAILED": 2,
    });
    assert.deepEqual(await points("attempts"), { "": 1 + 3 + 3 + 1 + 1 + 3 });
    assert.deepEqual(await points("retries"), { "": 2 + 2 + 2 });
    assert.deepEqual(await points("attempt.failures"), {
      "error.type=ECONNRESET failure_class=ambiguous": 2 + 3,
      "error.type=404 failure_class=final": 1,
      "error.type=TypeError failure_class=final": 1,
      "error.type=ambiguous failure_class=ambiguous": 3,
    });
  });

  it("tell how long calls took, in seconds and in the buckets that the conventions recommend", async () => {
    const { clock, runtime, work, points, seen } = metered();
    const document = policy({ name: "p", idempotent: true, retry, deadline: "1s" });
    const run = (ms: number) => clock.run(() => resilient(document, () => work(ms), { runtime }).outcome({}));

    await run(30);
    await run(220);
    await run(5_000);

    assert.deepEqual(await points("call.duration"), {
      "": { count: 2, sum: 0.25 },
      "error.type=TIMEOUT_TOTAL": { count: 1, sum: 1 },
    });
    const edges = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    assert.deepEqual(await seen.edges(name("call.duration")), edges);
  });

  it("tell in which state circuits are, how they change, and of every call that they refuse", async () => {
    const { clock, runtime, points } = metered();
    const breaker = { key: "host", consecutive: 2, minCalls: 100, open: { base: "1s", jitter: 0 } } as const;
    const document = policy({ name: "p", breaker });
    const call = (host: string, failures: number) =>
      clock.run(() =>
        resilient(document, flaky(failures).call, { runtime, key: { host: () => host } }).outcome({}),
      );

    await call("good", 0);
    for (let count = 0; count < 6; count++) await call("bad", 9);

    const states = await points("breaker.state");
    const inState = Object.keys(states).filter((series) => states[series] === 1);
    assert.equal(Object.keys(states).length, 2 * 5);
    assert.deepEqual(inState, ["key=good state=closed", "key=bad state=open"]);
    assert.deepEqual(await points("breaker.transitions"), { "from=closed key=bad to=open": 1 });
    assert.deepEqual(await points("calls"), {
      "key=good outcome=success": 1,
      "key=bad outcome=success": 0,
      "error.type=FAILED key=bad outcome=FAILED": 2,
      "error.type=OPEN key=bad outcome=OPEN": 4,
    });
  });

  it("tell of places and queues as they are when it is looked", async () => {
    const { clock, runtime, work, points } = metered();
    const document = policy({ name: "p", limit: { concurrent: 2, queue: 9 } });
    const call = resilient(document, () => work(100), { runtime });

    const five = Promise.all([call(), call(), call(), call(), call()]);
    const early = [await points("limit.active"), await points("limit.waiting")];
    await clock.advance(200);
    const late = [await points("limit.active"), await points("limit.waiting")];
    await clock.run(() => five);

    assert.deepEqual([...early, ...late], [{ "": 2 }, { "": 3 }, { "": 1 }, { "": 0 }]);
  });

  it("tell what is left of a budget, before it is spent and when time has given some back", async () => {
    const { clock, runtime, points } = metered();
    const budget = { ratio: 0, minPerSecond: 1, window: "5s" } as const;
    const document = policy({ name: "p", idempotent: true, retry, budget });
    const call = resilient(document, flaky(99).call, { runtime });
    const seen: unknown[] = [await points("budget.available")];
    for (let count = 0; count < 3; count++) {
      await clock.run(() => failed(call()));
      seen.push(await points("budget.available"));
    }
    await clock.advance(6_000);
    seen.push(await points("budget.available"));
    resilient(policy({ name: "without", deadline: "1s" }), () => 1, { runtime });

    assert.deepEqual(seen, [{ "": 5 }, { "": 3 }, { "": 1 }, { "": 0 }, { "": 5 }]);
    assert.deepEqual(await points("budget.available", "without"), {});
  });

  it("tell of fallbacks by what they stood in for, and of retries that the budget refused whatever became of the call", async () => {
    const { clock, runtime, points } = metered();
    const budget = { ratio: 0.1, minPerSecond: 0 } as const;
    const spent = policy({ name: "spent", idempotent: true, retry, budget });
    const saved = policy({ ...spent, name: "saved", fallback: "cached" });
    const lost = policy({ ...spent, name: "lost", fallback: "cached" });
    const fail = (): never => assert.fail("no cache");

    await clock.run(() => failed(resilient(spent, flaky(9).call, { runtime })()));
    await clock.run(resilient(saved, flaky(9).call, { runtime, fallback: { cached: () => "cached" } }));
    await clock.run(() => failed(resilient(lost, flaky(9).call, { runtime, fallback: { cached: fail } })()));

    assert.deepEqual(await points("fallbacks", "saved"), { "error.type=BUDGET": 1 });
    assert.deepEqual(await points("fallbacks", "lost"), {});
    for (const one of ["spent", "saved", "lost"])
      assert.deepEqual(await points("budget.refusals", one), { "": 1 }, one);
    assert.deepEqual(await points("calls", "saved"), { "outcome=success": 0, "outcome=fallback": 1 });
    assert.deepEqual(await points("call.duration", "saved"), { "": { count: 1, sum: 0 } });
  });

  it("sum the keys of a policy where these are switched off, and never fall when some are forgotten", async () => {
    const { clock, runtime, points } = metered({ keys: false, keysMax: 3 });
    const document = policy({ name: "p", breaker: { key: "host", minCalls: 100 } });
    let calls = 0;
    for (const host of ["a", "b", "c", "a", "d", "e", "f", "g", "a"]) {
      await clock.run(resilient(document, flaky(0).call, { runtime, key: { host: () => host } }));
      assert.deepEqual(await points("calls"), { "outcome=success": ++calls }, host);
    }
    assert.deepEqual(await points("attempts"), { "": calls });
    assert.equal((await points("breaker.state"))["state=closed"], 3);
    assert.deepEqual(await points("call.duration"), { "": { count: calls, sum: 0 } });
  });

  it("sum what was counted before a key was forgotten and came back, as far as it was looked at", async () => {
    const { clock, runtime, points } = metered({ keys: false, keysMax: 1 });
    const document = policy({ name: "p", breaker: { key: "host", minCalls: 100 } });
    const call = (host: string) =>
      clock.run(resilient(document, flaky(0).call, { runtime, key: { host: () => host } }));

    for (const host of ["a", "a", "a"]) await call(host);
    assert.deepEqual(await points("calls"), { "outcome=success": 3 });
    // Of the call to b nobody has heard when it is forgotten.
    for (const host of ["b", "a"]) await call(host);
    assert.deepEqual(await points("calls"), { "outcome=success": 4 });
  });

  it("sum policies that have no name to be told apart by", async () => {
    for (const keys of [true, false]) {
      const { clock, runtime, points } = metered({ keys });
      const limit = { concurrent: 2 } as const;
      for (const calls of [1, 3]) {
        const call = resilient(policy({ limit }), flaky(0).call, { runtime });
        for (let count = 0; count < calls; count++) await clock.run(call);
      }
      assert.deepEqual(await points("calls", "call"), { "outcome=success": 4 });
      assert.deepEqual(await points("limit.active", "call"), { "": 0 });
    }
  });

  it("tell of what was counted before, and of nothing new once they are stopped", async () => {
    const { clock, runtime } = world();
    const call = resilient(policy({ name: "p", deadline: "1s" }), flaky(0).call, { runtime });
    await clock.run(call);
    const seen = telemetry();
    const stop = otel(runtime, { tracer: null, meter: seen.meter });
    await clock.run(call);
    assert.deepEqual(await seen.points(name("calls"), "p"), { "outcome=success": 2 });
    assert.deepEqual(await seen.points(name("call.duration"), "p"), { "": { count: 1, sum: 0 } });

    stop();
    await clock.run(call);

    assert.deepEqual(await seen.points(name("calls"), "p"), { "outcome=success": 2 });
    assert.deepEqual(await seen.points(name("call.duration"), "p"), { "": { count: 1, sum: 0 } });
  });
});
