import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type BreakerChanged, policy, resilient } from "../../src/index.ts";
import { coded, failed, type World, world } from "../support/world.ts";

/** Opens at the first failure, for a second exactly. */
const breaker = {
  consecutive: 1,
  open: { base: "1s", jitter: 0 },
  probes: 1,
} as const;

/** Calls whose ends the test decides: each stays pending until its `end` is called. */
function pendingCalls(
  here: World,
  settings: { readonly probes?: number; readonly probeSuccess?: number; readonly probeWait?: "5s" } = {},
) {
  const ends: ((error?: unknown) => void)[] = [];
  const call = resilient(
    policy({ name: "half-open", breaker: { ...breaker, ...settings } }),
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
    { runtime: here.runtime },
  );
  const circuit = (): unknown => here.runtime.statistics()[0]?.circuit;
  /** Opens the circuit and waits until it is half-open. */
  const halfOpen = async (): Promise<void> => {
    const first = failed(call());
    ends.pop()?.(coded("ECONNRESET"));
    await first;
    assert.equal(circuit(), "open");
    await here.clock.advance(1_000);
    assert.equal(circuit(), "half-open");
  };
  return { call, ends, circuit, halfOpen };
}

describe("half-open circuits, as other libraries get them wrong", () => {
  it("T8: a late failure of the time when it was closed neither opens it again nor loses the probe's success", async () => {
    const here = world();
    const { call, ends, circuit, halfOpen } = pendingCalls(here);
    const late = failed(call());
    const [endLate] = ends.splice(0);
    await halfOpen();
    const probe = call();

    endLate?.(coded("ECONNRESET"));
    await late;
    assert.equal(circuit(), "half-open");
    ends.pop()?.();
    await probe;

    assert.equal(circuit(), "closed");
  });

  it("T15: a late success of the time when it was closed does not close it while the probe hangs", async () => {
    const here = world();
    const { call, ends, circuit, halfOpen } = pendingCalls(here);
    const late = call();
    const [endLate] = ends.splice(0);
    await halfOpen();
    const probe = failed(call());

    endLate?.();
    await late;
    assert.equal(circuit(), "half-open");
    assert.equal((await failed(call())).code, "OPEN");
    ends.pop()?.(coded("ECONNRESET"));
    await probe;

    assert.equal(circuit(), "open");
  });

  it("T10: a probe that hangs parks nobody, and gives its place back when its time is up", async () => {
    await assertProbeGivesBack({ probeWait: "5s" }, 5_000);
  });

  it("T17: so it does where no timeout is declared at all", async () => {
    await assertProbeGivesBack({}, 10_000);
  });

  it("T23: a probe whose caller gives up neither closes the circuit nor keeps its place", async () => {
    const here = world();
    const { call, ends, circuit, halfOpen } = pendingCalls(here);
    await halfOpen();

    for (let count = 0; count < 5; count++) {
      const controller = new AbortController();
      const probe = failed(call.with({ signal: controller.signal }));
      assert.equal((await failed(call())).code, "OPEN");
      controller.abort();
      assert.equal((await probe).code, "ABORTED");
      assert.equal(circuit(), "half-open");
    }
    const probe = call();
    ends.at(-1)?.();
    await probe;

    assert.equal(ends.length, 6);
    assert.equal(circuit(), "closed");
  });

  it("T24: of many that come when it becomes half-open, only as many as there are probes pass", async () => {
    const here = world();
    const { call, ends, halfOpen } = pendingCalls(here, { probes: 3, probeSuccess: 1 });
    await halfOpen();
    ends.length = 0;

    const all = Array.from({ length: 50 }, () => call.outcome({}));
    for (const end of ends) end();
    const codes = (await Promise.all(all)).map((end) => (end.ok ? "answered" : end.error.code));

    assert.equal(ends.length, 3);
    assert.deepEqual(codes.slice(0, 4), ["answered", "answered", "answered", "OPEN"]);
    assert.equal(codes.filter((code) => code === "OPEN").length, 47);
  });

  it("T25: failures that come together open it once, and it becomes half-open when that opening is over", async () => {
    const here = world();
    const { call, ends, circuit } = pendingCalls(here);

    const all = Array.from({ length: 20 }, () => failed(call()));
    for (const end of ends) end(coded("ECONNRESET"));
    await Promise.all(all);
    await here.clock.advance(999);
    assert.equal(circuit(), "open");
    await here.clock.advance(1);
    assert.equal(circuit(), "half-open");

    const changes = here.events.filter((event): event is BreakerChanged => event.type === "breaker.changed");
    assert.deepEqual(
      changes.map(({ from, to }) => `${from} -> ${to}`),
      ["closed -> open", "open -> half-open"],
    );
  });

  it("T40: circuits of several instances do not become half-open together, unless they are asked to", async () => {
    const openFor = async (jitter: number, seed: number): Promise<number> => {
      const { runtime } = world({ seed });
      const open = { base: "10s", jitter } as const;
      const call = resilient(
        policy({ name: "t40", breaker: { consecutive: 1, open } }),
        () => Promise.reject(coded("ECONNRESET")),
        { runtime },
      );
      await failed(call());
      return (await failed(call())).retryAfterMs ?? Number.NaN;
    };
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);

    const spread = await Promise.all(seeds.map((seed) => openFor(0.2, seed)));
    const alike = await Promise.all(seeds.map((seed) => openFor(0, seed)));

    assert.equal(new Set(spread).size, seeds.length);
    assert.ok(Math.min(...spread) >= 8_000 && Math.max(...spread) <= 12_000);
    assert.ok(Math.max(...spread) - Math.min(...spread) > 3_000);
    assert.deepEqual([...new Set(alike)], [10_000]);
  });
});

async function assertProbeGivesBack(settings: { readonly probeWait?: "5s" }, waitMs: number): Promise<void> {
  const here = world();
  const { call, ends, circuit, halfOpen } = pendingCalls(here, settings);
  await halfOpen();
  void call();

  const errors = await Promise.all(Array.from({ length: 100 }, () => failed(call())));
  assert.deepEqual([...new Set(errors.map(({ code }) => code))], ["OPEN"]);
  assert.equal(errors[0]?.retryAfterMs, waitMs);
  assert.equal(ends.length, 1);

  await here.clock.advance(waitMs - 1);
  assert.equal((await failed(call())).code, "OPEN");
  await here.clock.advance(1);
  const second = call();
  ends.at(-1)?.();
  await second;
  assert.equal(ends.length, 2);
  assert.equal(circuit(), "closed");
}
