import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { createRuntime, policy, type Runtime, resilient } from "../../src/index.ts";
import { collect, collected } from "../support/collected.ts";
import { coded, failed, world } from "../support/world.ts";

/** CPU time of one call in µs: the least of several rounds, because what else runs can only add to it. */
async function microsPerCall(rounds: number, calls: number, call: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let count = 0; count < calls; count++) await call();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / calls);
  }
  return least;
}

/** Not a world, which remembers every event and so every call. */
function forgetful() {
  const clock = virtualClock();
  return { clock, runtime: createRuntime({ clock }) };
}

describe("cost and memory, as other libraries get them wrong", () => {
  it("T22: what a failed call costs does not depend on how many came before it", async () => {
    const runtime = createRuntime({ clock: virtualClock() });
    const error = coded("ECONNRESET");
    const breaker = { window: "1h", minCalls: 1_000_000_000 } as const;
    const call = resilient(policy({ name: "t22", breaker }), () => Promise.reject(error), { runtime });
    const fail = () => call.outcome({});
    await microsPerCall(3, 500, fail);

    const few = await microsPerCall(5, 500, fail);
    await microsPerCall(1, 50_000, fail);
    const many = await microsPerCall(5, 500, fail);

    // A cost that grows with the window would be a hundred times as much here.
    assert.ok(many < 5 * few + 5, `${few} µs with few calls in the window, ${many} µs with many`);
  });

  it("T38: however many calls are made, what is kept of them does not grow", async () => {
    const { runtime } = forgetful();
    const call = resilient(
      policy({
        name: "t38",
        breaker: { minCalls: 1_000_000_000 },
        budget: {},
        rate: { calls: 1_000_000_000 },
      }),
      (_context, good: boolean) => {
        if (!good) throw coded("ECONNRESET");
      },
      { runtime },
    );
    const many = async (calls: number): Promise<number> => {
      for (let count = 0; count < calls; count++) await call.outcome({}, count % 3 === 0);
      collect();
      return process.memoryUsage().heapUsed;
    };

    await many(5_000);
    const before = await many(100);
    const after = await many(50_000);

    assert.ok(after - before < 2_000_000, `${after - before} bytes more`);
  });

  it("T38: of many keys the latest are kept, those with calls under way and those whose circuit is open", async () => {
    const { clock, runtime, work } = world({ keysMax: 100 });
    const call = resilient(
      policy({
        name: "t38 keys",
        limit: { key: "host", concurrent: 1 },
        breaker: { key: "host", consecutive: 1, open: { base: "1h" } },
      }),
      async (_context, host: string) => {
        if (host === "bad") throw coded("ECONNRESET");
        if (host === "busy") await work(1_000);
      },
      { runtime, key: { host: (host) => host } },
    );
    await failed(call("bad"));
    const busy = call("busy");

    for (let count = 0; count < 5_000; count++) await call(`host-${count}`);

    const kept = runtime.statistics().map(({ key }) => key);
    assert.ok(kept.length <= 100);
    assert.ok(kept.includes("host-4999") && !kept.includes("host-0"));
    assert.equal((await failed(call("busy"))).code, "FULL");
    assert.equal((await failed(call("bad"))).code, "OPEN");
    await clock.run(() => busy);
    const [{ calls, successes } = assert.fail()] = runtime.statistics().filter(({ key }) => key === "busy");
    assert.deepEqual([calls, successes], [2, 1]);
  });

  it("T38: a runtime that nobody refers to any more is collected, with its policies and its calls", async () => {
    const made: WeakRef<Runtime>[] = [];
    const makeOne = async (): Promise<void> => {
      const { clock, runtime } = world();
      made.push(new WeakRef(runtime));
      const call = resilient(policy({ name: "t38 gone", deadline: "1h", breaker: {} }), () => 1, { runtime });
      await clock.run(call);
    };
    for (let count = 0; count < 20; count++) await makeOne();

    assert.ok(await collected(made));
  });

  it("T38: a policy without a name goes with the function that is under it; what was counted for it stays", async () => {
    const { clock, runtime } = forgetful();
    const made: WeakRef<object>[] = [];
    const document = (minCalls: number) => policy({ deadline: "1h", breaker: { minCalls } });
    // A function of its own, because a variable of a loop may live longer than its round.
    const makeOne = async (failing: boolean): Promise<void> => {
      const work = () => {
        if (failing) throw coded("ECONNREFUSED");
      };
      made.push(new WeakRef(work));
      await clock.run(() => resilient(document(10), work, { runtime }).outcome({}));
    };
    const stays = resilient(document(20), () => 1, { runtime });
    await clock.run(stays);
    for (let count = 0; count < 50; count++) await makeOne(count % 5 === 0);
    // What is pooled holds on to the latest of them.
    await clock.run(stays);

    assert.ok(await collected(made));
    const rounds: number[] = [];
    for (let round = 0; round < 3; round++) {
      const told = runtime.statistics();
      rounds.push(told.length);
      const sum = (count: "calls" | "successes" | "attempts") =>
        told.reduce((all, one) => all + one[count], 0);
      assert.deepEqual([sum("calls"), sum("successes"), sum("attempts")], [52, 42, 52]);
      assert.deepEqual(told.at(-1)?.errors, { FAILED: 10 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(rounds, [2, 2, 2]);
    assert.deepEqual([...new Set(runtime.statistics().map((one) => one.policy))], ["call"]);
    assert.equal(runtime.statistics()[0]?.calls, 2);
    assert.equal(runtime.statistics()[0]?.circuit, "closed");
  });

  it("T38: one that is parted by keys goes as well, and stays for as long as its function does", async () => {
    const { clock, runtime } = forgetful();
    const made: WeakRef<object>[] = [];
    const key = { host: (host: string) => host };
    const makeOne = () => {
      const document = policy({ breaker: { key: "host", consecutive: 1, open: { base: "1h" } } });
      const work = async (_context: unknown, host: string): Promise<string> => {
        if (host === "bad") throw coded("ECONNREFUSED");
        return host;
      };
      made.push(new WeakRef(work));
      return resilient(document, work, { runtime, key });
    };
    const callOnce = (): Promise<unknown> => clock.run(() => makeOne()("good"));
    const stays = makeOne();
    await clock.run(() => failed(stays("bad")));
    for (let count = 0; count < 20; count++) await callOnce();
    await clock.run(() => stays("good"));

    assert.ok(await collected(made.slice(1)));
    assert.deepEqual(
      runtime.statistics().map((one) => [one.key, one.circuit]),
      [
        ["bad", "open"],
        ["good", "closed"],
      ],
    );
    assert.equal((await failed(stays("bad"))).code, "OPEN");
  });
});
