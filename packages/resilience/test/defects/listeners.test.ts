import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { policy, type ResilienceEvent, resilient } from "../../src/index.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

const document = policy({
  name: "listeners",
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "10ms", jitter: "none" } },
  breaker: { consecutive: 3, minCalls: 100, open: { base: "1s", jitter: 0 }, probes: 1 },
});

describe("listeners, as other libraries get them wrong", () => {
  it("T9: what a listener throws neither repeats the function nor loses its answer, and is reported once", async (t) => {
    const warn = t.mock.method(process, "emitWarning", () => {});
    const { clock, runtime } = world();
    runtime.observe(() => {
      throw new Error("a bad listener");
    });
    const provider = flaky(1);

    assert.equal(await clock.run(resilient(document, provider.call, { runtime })), "answer");

    assert.equal(provider.calls(), 2);
    const warnings = warn.mock.calls.map(({ arguments: [warning] }) => warning);
    assert.deepEqual(warnings, ["A listener of a runtime threw: a bad listener"]);
  });

  it("T9: a listener that throws what has no text, or rejects later, disturbs nobody either", async (t) => {
    const warn = t.mock.method(process, "emitWarning", () => {});
    const bad: (() => unknown)[] = [
      () => {
        throw Object.create(null);
      },
      () => {
        // biome-ignore lint/style/useThrowOnlyError: a listener may throw anything
        throw undefined;
      },
      () => Promise.reject(new Error("later")),
    ];
    for (const listener of bad) {
      const { clock, runtime } = world();
      const told: string[] = [];
      runtime.observe(listener as () => void);
      runtime.observe(({ type }) => void told.push(type));

      assert.equal(await clock.run(resilient(document, flaky(0).call, { runtime })), "answer");
      assert.deepEqual(told, ["attempt.started", "attempt.ended", "call.ended"]);
    }

    assert.equal(warn.mock.callCount(), bad.length);
  });

  it("T19: a listener that throws at a success leaves it a success, in the counts and for the breaker too", async () => {
    const heard: unknown[] = [];
    const { clock, runtime } = world({ report: (error) => void heard.push(error) });
    runtime.observe((event) => {
      if (event.type === "call.ended" && event.code === null) throw new Error("a bad listener");
    });
    const call = resilient(document, flaky(0).call, { runtime });

    for (let count = 0; count < 10; count++) assert.equal(await clock.run(call), "answer");

    const [{ successes, attemptFailures, errors, circuit } = assert.fail()] = runtime.statistics();
    assert.deepEqual([successes, attemptFailures, errors, circuit], [10, 0, {}, "closed"]);
    assert.equal(heard.length, 1);
  });

  it("T50: events come in the order of what happened, those of a circuit and those of a call", async () => {
    const { clock, runtime, events, work } = world();
    let bad = true;
    const call = resilient(
      document,
      async (_context, ms: number) => {
        await work(ms);
        if (bad) throw coded("ECONNRESET");
      },
      { runtime },
    );

    for (let round = 0; round < 6; round++) {
      bad = round % 3 !== 2;
      const all = Array.from({ length: 7 }, (_, index) => call.outcome({}, index));
      await clock.run(() => Promise.all(all));
      await clock.advance(5_000);
    }

    const changes = events.filter((event) => event.type === "breaker.changed");
    assert.ok(changes.length > 4);
    changes.reduce((state, { from, to }) => {
      assert.equal(from, state);
      return to;
    }, "closed");
  });

  it("T50: what a listener does to a circuit is told to all after what made it do so", async () => {
    const { clock, runtime, events } = world();
    // The world's own listener was there before, this one changes the circuit, and the last one hears both.
    runtime.observe((event) => {
      if (event.type === "breaker.changed" && event.to === "open") runtime.force(event.policy, "closed");
    });
    const last: string[] = [];
    runtime.observe((event) => {
      if (event.type === "breaker.changed") last.push(`${event.from} > ${event.to}`);
    });
    const breaker = { consecutive: 1, minCalls: 100 } as const;
    await clock.run(() =>
      failed(resilient(policy({ name: "t50 hand", breaker }), flaky(9).call, { runtime })()),
    );

    const first = events.flatMap((event) =>
      event.type === "breaker.changed" ? [`${event.from} > ${event.to}`] : [],
    );
    assert.deepEqual(first, ["closed > open", "open > closed"]);
    assert.deepEqual(last, first);
  });

  it("T50: a call that is let in is told after the end of the call whose place it takes", async () => {
    const { clock, runtime, events, work } = world();
    const call = resilient(
      policy({ name: "t50", limit: { concurrent: 1, queue: 9 }, retry: { attempts: 1 } }),
      async (_context, good: boolean) => {
        await work(10);
        if (!good) throw coded("ECONNRESET");
      },
      { runtime },
    );

    await clock.run(() => Promise.all([true, false, false, true].map((good) => call.outcome({}, good))));

    const told: ResilienceEvent["type"][] = events.map(({ type }) => type);
    const each = ["attempt.started", "attempt.ended", "call.ended"];
    assert.deepEqual(told, [...each, ...each, ...each, ...each]);
  });

  it("T50: a call's own events tell its story from the first attempt to its end", async () => {
    const { clock, runtime, events } = world();
    const end = await clock.run(() => failed(resilient(document, flaky(9).call, { runtime })()));

    assert.equal(end.code, "EXHAUSTED");
    assert.deepEqual(
      events.map((event) => ("attempt" in event ? `${event.type} ${event.attempt}` : event.type)),
      [
        "attempt.started 1",
        "attempt.ended 1",
        "retry.waiting 1",
        "attempt.started 2",
        "attempt.ended 2",
        "retry.waiting 2",
        "attempt.started 3",
        "breaker.changed",
        "attempt.ended 3",
        "call.ended",
      ],
    );
  });
});
