import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import { clockTimers, createRuntime, policy, resilient, type Timer, type Timers } from "../../src/index.ts";
import { timersHeld } from "../support/at-rest.ts";
import { failed, world } from "../support/world.ts";

const forever = (): Promise<never> => new Promise(() => {});
const dayMs = 86_400_000;

describe("timers, as other libraries get them wrong", () => {
  it("T5: a timeout beyond what one native timer holds does not fire at once", async (t) => {
    const warn = t.mock.method(process, "emitWarning", () => {});
    const runtime = createRuntime();
    const soon = (): Promise<string> => new Promise((resolve) => setTimeout(resolve, 10, "answer"));
    const times = { deadline: "60d", attemptTimeout: "30d" } as const;
    const call = resilient(policy({ name: "t5", ...times }), soon, { runtime });

    assert.equal(await call.with({ deadlineMs: 40 * dayMs }), "answer");
    assert.equal(await call(), "answer");
    runtime.dispose();
    // Node warns of such a timer and cuts it to a millisecond.
    assert.equal(warn.mock.callCount(), 0);
  });

  it("T5: such a timeout fires when it is due, and a Retry-After of years is given back to the caller", async () => {
    const { clock, runtime } = world();
    const hangs = resilient(policy({ name: "t5", deadline: "60d" }), forever, { runtime });
    assert.equal((await clock.run(() => failed(hangs()))).elapsedMs, 60 * dayMs);

    const years = 10 * 365 * dayMs;
    const headers = { "retry-after": String(years / 1_000) };
    const busy = resilient(
      policy({ name: "t5 busy", classify: "http", idempotent: true, retry: { attempts: 3 } }),
      () => ({ status: 503, headers }),
      { runtime },
    );
    const error = await clock.run(() => failed(busy()));
    assert.deepEqual([error.code, error.retryAfterMs, error.attempts], ["FAILED", years, 1]);
    assert.equal(error.elapsedMs, 0);
  });

  it("T20: dispose stops every timer, ends every call, and takes no more", async () => {
    for (const dispose of ["dispose", Symbol.dispose] as const) {
      const clock = virtualClock();
      const timers = new Live(clockTimers(clock));
      const { runtime } = world({ time: clock, timers });
      const ends = callsOfAllKinds(runtime);
      await clock.advance(5);
      assert.ok(timers.live.size > 0);
      assert.ok(timersHeld(runtime).waits > 2 && timersHeld(runtime).deadlines > 2);

      runtime[dispose]();

      assert.equal(timers.live.size, 0, "at once");
      const codes = (await Promise.all(ends)).map(({ code }) => code);
      assert.deepEqual([...new Set(codes)], ["DISPOSED"]);
      assert.equal(timers.live.size, 0);
      const late = resilient(policy({ name: "late" }), () => "answer", { runtime });
      assert.equal((await failed(late())).code, "DISPOSED");
      assert.equal(timers.live.size, 0);
    }
  });

  it("T20: once its calls have ended a runtime keeps no timer, disposed or not", async () => {
    const clock = virtualClock();
    const timers = new Live(clockTimers(clock));
    const { runtime } = world({ time: clock, timers });
    const document = policy({ deadline: "1h", attemptTimeout: "30m" });
    const call = resilient(document, (_context, hangs: boolean) => (hangs ? forever() : clock.sleep(10)), {
      runtime,
    });
    const controller = new AbortController();

    const abandoned = failed(call.with({ signal: controller.signal }, true));
    await clock.run(() => Promise.all([call(false), call(false)]));
    controller.abort();
    await abandoned;
    // The alarm looks once more a moment later, lest each call set a native timer of its own.
    await clock.advance(1);

    assert.equal(timers.live.size, 0);
    assert.equal(clock.sleeping(), 0);
    assert.deepEqual(timersHeld(runtime), { waits: 0, deadlines: 0 });
  });

  it("T43: with a clock of one's own nothing is read from the system's, nor was it read when the module was loaded", async (t) => {
    const { clock, runtime } = world();
    const refuse = (): never => assert.fail("the system's time or chance was asked");
    t.mock.method(globalThis, "setTimeout", refuse);
    t.mock.method(globalThis, "setInterval", refuse);
    t.mock.method(performance, "now", refuse);
    t.mock.method(Date, "now", refuse);
    t.mock.method(Math, "random", refuse);

    const ends = callsOfAllKinds(runtime);
    await clock.advance(3_600_000);

    const codes = new Set((await Promise.all(ends)).map(({ code }) => code));
    assert.deepEqual([...codes].sort(), ["EXHAUSTED", "TIMEOUT_ATTEMPT", "TIMEOUT_TOTAL"]);
  });
});

/** Calls that wait for all that a call can wait for, but for the caller. */
function callsOfAllKinds(runtime: ReturnType<typeof createRuntime>): readonly ReturnType<typeof failed>[] {
  const fails = (): Promise<never> => Promise.reject(Object.assign(new Error("busy"), { status: 503 }));
  const deadline = "1m";
  const retry = { attempts: 3, backoff: { base: "10s", cap: "10s", jitter: "full" } } as const;
  const make = {
    timed: resilient(policy({ name: "timed", deadline, attemptTimeout: "30s" }), forever, { runtime }),
    own: resilient(policy({ name: "own", deadline }), forever, { runtime }),
    again: resilient(policy({ name: "again", deadline, retry }), fails, { runtime }),
    queued: resilient(policy({ name: "queued", deadline, limit: { concurrent: 1, queue: 9 } }), forever, {
      runtime,
    }),
    rated: resilient(
      policy({ name: "rated", deadline, rate: { calls: 1, per: "10s", maxWait: "1m" } }),
      forever,
      { runtime },
    ),
    noticing: resilient(
      policy({ name: "noticing", deadline, timeouts: "cooperative" }),
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
      { runtime },
    ),
  };
  const calls = Object.values(make).flatMap((call) => [call(), call()]);
  return [...calls, make.own.with({ deadlineMs: 20_000 })].map(failed);
}

/** Timers that can be counted while they run. */
class Live implements Timers {
  readonly live: Set<Timer> = new Set();
  readonly #inner: Timers;

  constructor(inner: Timers) {
    this.#inner = inner;
  }

  set(waitMs: number, fire: () => void): Timer {
    const timer = this.#inner.set(waitMs, () => {
      this.live.delete(timer);
      fire();
    });
    this.live.add(timer);
    return timer;
  }

  clear(timer: Timer): void {
    this.live.delete(timer);
    this.#inner.clear(timer);
  }
}
