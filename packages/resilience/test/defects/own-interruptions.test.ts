import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createRuntime, policy, type ResilienceEvent, resilient } from "../../src/index.ts";
import { assertAtRest, assertCountsAgree } from "../support/at-rest.ts";
import { coded, failed, flaky, world } from "../support/world.ts";

const forever = (): Promise<never> => new Promise(() => {});
const turns = ["moments", "batched"] as const;

describe("interruptions, as we had them wrong ourselves", () => {
  it("hears an abort in the very turn in which the call began", async () => {
    for (const each of turns) {
      const { clock, runtime } = world({ turns: each });
      const call = resilient(policy({ limit: { concurrent: 1, queue: 1 } }), forever, { runtime });
      const controller = new AbortController();

      const ends = [1, 2].map(() => failed(call.with({ signal: controller.signal })));
      controller.abort("mine");
      const errors = await Promise.all(ends);

      assert.deepEqual(
        errors.map(({ code, cause }) => [code, cause]),
        [
          ["ABORTED", "mine"],
          ["ABORTED", "mine"],
        ],
      );
      assert.equal(clock.monotonic(), 0);
    }
  });

  it("hears it on the system's turns too", async () => {
    const runtime = createRuntime();
    const call = resilient(policy({ retry: { attempts: 1 } }), forever, { runtime });
    const controller = new AbortController();

    const end = failed(call.with({ signal: controller.signal }));
    controller.abort("mine");

    assert.equal((await end).cause, "mine");
    assertAtRest(runtime, [controller.signal]);
  });

  it("lets a function abort the signal of its own call in its first step, whichever attempt it is", async () => {
    for (const each of turns) {
      for (const at of [1, 2]) {
        const { clock, runtime, events, work } = world({ turns: each });
        const controller = new AbortController();
        const retry = { attempts: 3, backoff: { base: "5ms" } } as const;
        const document = policy({ idempotent: true, deadline: "1s", attemptTimeout: "300ms", retry });
        const call = resilient(
          document,
          (context, answer: string) => {
            if (context.attempt < at) throw coded("ECONNRESET");
            if (context.signal.aborted) return "never";
            controller.abort("from inside");
            assert.equal(context.signal.aborted, true);
            return work(20).then(() => answer);
          },
          { runtime },
        );

        const error = await clock.run(() => failed(call.with({ signal: controller.signal }, "answer")));
        await clock.advance(5_000);

        assert.deepEqual([error.code, error.cause, error.attempts], ["ABORTED", "from inside", at]);
        assertAtRest(runtime, [controller.signal]);
        assertCountsAgree(runtime, events);
      }
    }
  });

  it("gives a function that reads its signal too late one that is aborted", async () => {
    for (const timeouts of ["enforced", "cooperative"] as const) {
      const { clock, runtime, work } = world();
      const seen: unknown[] = [];
      const call = resilient(
        policy({ deadline: "100ms", timeouts }),
        async (context) => {
          await work(150);
          seen.push(context.signal.aborted);
          await work(5_000, context.signal);
          seen.push("went on");
        },
        { runtime },
      );

      const error = await clock.run(() => failed(call()));
      await clock.advance(10_000);

      assert.equal(error.code, "TIMEOUT_TOTAL");
      assert.deepEqual(seen, [true], timeouts);
      assertAtRest(runtime);
    }
  });

  it("gives a function that reads its key too late the key of its call, and not another", async () => {
    const { clock, runtime, work } = world();
    const keys: string[] = [];
    const retry = { attempts: 3, backoff: { base: "10ms", jitter: "none" } } as const;
    const call = resilient(
      policy({ idempotent: true, attemptTimeout: "50ms", retry }),
      async (context) => {
        // The first attempt is abandoned before it comes to send, the second fails while a part of it goes on.
        if (context.attempt === 1) await work(200);
        const late = (): void => void keys.push(context.idempotencyKey);
        if (context.attempt === 2) {
          void work(200).then(late);
          throw coded("ECONNRESET");
        }
        late();
      },
      { runtime },
    );

    await clock.run(() => call());
    await clock.advance(1_000);

    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
  });

  it("makes no further attempt for a caller who gave up while a function was still to notice its timeout", async () => {
    for (const attempts of [1, 3]) {
      const { clock, runtime, events, work } = world();
      const controller = new AbortController();
      const retry = { attempts, backoff: { base: "1ms" } } as const;
      let calls = 0;
      const call = resilient(
        policy({ idempotent: true, timeouts: "cooperative", attemptTimeout: "50ms", retry }),
        async () => {
          calls++;
          await work(100);
          throw coded("ECONNRESET");
        },
        { runtime },
      );

      const end = failed(call.with({ signal: controller.signal }));
      await clock.advance(70);
      controller.abort("mine");
      await clock.advance(1_000);

      assert.deepEqual([(await end).code, (await end).cause, calls], ["ABORTED", "mine", 1]);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["attempt.started", "attempt.ended", "call.ended"],
      );
    }
  });

  it("does not judge a call by the timeout of one before it, which its function answered all the same", async () => {
    const { clock, runtime, work } = world();
    const call = resilient(
      policy({ timeouts: "cooperative", attemptTimeout: "50ms", retry: { attempts: 1 } }),
      async (_context, ms: number) => {
        await work(ms);
        if (ms < 50) throw coded("ECONNRESET");
      },
      { runtime },
    );

    await clock.run(() => call(100));

    assert.equal((await clock.run(() => failed(call(10)))).code, "FAILED");
  });

  it("begins no call that waits for its place once its signal has aborted", async () => {
    const { clock, runtime, events } = world();
    const controller = new AbortController();
    const provider = flaky(99);
    const retry = { attempts: 2, backoff: { base: "1s", jitter: "none" } } as const;
    const limit = { concurrent: 1, queue: 5 };
    const call = resilient(policy({ idempotent: true, retry, limit }), provider.call, { runtime });

    // The first waits for its retry and holds the only place: its end makes room for the next.
    const ends = [1, 2, 3].map(() => failed(call.with({ signal: controller.signal })));
    await clock.advance(10);
    controller.abort();
    const codes = (await Promise.all(ends)).map(({ code }) => code);

    assert.deepEqual(codes, ["ABORTED", "ABORTED", "ABORTED"]);
    assert.equal(provider.calls(), 1);
    assertAtRest(runtime, [controller.signal]);
    assertCountsAgree(runtime, events);
  });

  it("begins no call once its runtime is disposed, be it that a place becomes free by that", async () => {
    for (const each of turns) {
      const { clock, runtime, events } = world({ turns: each });
      const provider = flaky(99);
      const retry = { attempts: 2, backoff: { base: "1s", jitter: "none" } } as const;
      const call = resilient(
        policy({ idempotent: true, retry, limit: { concurrent: 1, queue: 5 } }),
        provider.call,
        {
          runtime,
        },
      );

      const ends = [1, 2, 3].map(() => failed(call()));
      await clock.advance(10);
      runtime.dispose();
      const codes = (await Promise.all(ends)).map(({ code }) => code);

      assert.deepEqual(codes, ["DISPOSED", "DISPOSED", "DISPOSED"]);
      assert.equal(provider.calls(), 1);
      assertAtRest(runtime);
      assertCountsAgree(runtime, events);
    }
  });

  it("makes no further attempt for a function that disposes its runtime and then fails", async () => {
    for (const each of turns) {
      const { clock, runtime, events } = world({ turns: each });
      const retry = { attempts: 3, backoff: { base: 0 } } as const;
      const call = resilient(
        policy({ idempotent: true, retry }),
        () => {
          runtime.dispose();
          throw coded("ECONNRESET");
        },
        { runtime },
      );

      const error = await clock.run(() => failed(call()));
      await clock.advance(1_000);

      assert.deepEqual([error.code, error.attempts], ["DISPOSED", 1]);
      assertAtRest(runtime);
      assertCountsAgree(runtime, events);
    }
  });

  it("ends calls with their runtime, also those that wait for a function to notice and those that disposed it", async () => {
    for (const timeouts of ["enforced", "cooperative"] as const) {
      const { clock, runtime, events } = world();
      const call = resilient(
        policy({ deadline: "1h", timeouts }),
        (_context, disposes: boolean) => {
          if (disposes) runtime.dispose();
          return forever();
        },
        { runtime },
      );

      const ends = [failed(call(false)), failed(call(true))];
      const codes = (await Promise.all(ends)).map(({ code }) => code);

      assert.deepEqual(codes, ["DISPOSED", "DISPOSED"]);
      await clock.advance(1);
      assert.equal(clock.sleeping(), 0);
      assert.equal(events.filter(({ type }) => type === "call.ended").length, 2);
    }
  });

  it("ends a call once, whatever listeners do at whichever event they hear", async () => {
    const types = [
      "attempt.started",
      "attempt.ended",
      "retry.waiting",
      "breaker.changed",
      "call.ended",
    ] as const;
    for (const type of types) {
      for (const meddle of ["abort", "dispose"] as const) {
        for (let nth = 1; nth <= 6; nth++) {
          await assertEndsOnce(type, meddle, nth, 1);
          await assertEndsOnce(type, meddle, nth, 3);
        }
      }
    }
  });
});

/** Three calls, of which one fails twice and one times out; a listener ends all at the `nth` event of a type. */
async function assertEndsOnce(
  type: ResilienceEvent["type"],
  meddle: "abort" | "dispose",
  nth: number,
  attempts: number,
): Promise<void> {
  const { clock, runtime, events, work } = world();
  const controller = new AbortController();
  let heard = 0;
  let calledAfter = 0;
  runtime.observe((event) => {
    if (event.type !== type || ++heard !== nth) return;
    if (meddle === "abort") controller.abort();
    else runtime.dispose();
  });
  const retry = { attempts, backoff: { base: "10ms", jitter: "none" } } as const;
  const breaker = { consecutive: 2, open: { base: "5ms", jitter: 0 } } as const;
  const limit = { concurrent: 1, queue: 5 };
  const call = resilient(
    policy({ idempotent: true, deadline: "1s", attemptTimeout: "100ms", retry, breaker, limit }),
    async (context, answer: string) => {
      if (heard >= nth && (type !== "breaker.changed" || controller.signal.aborted)) calledAfter++;
      if (answer === "third" && context.attempt === 1) await work(500);
      await work(5, context.signal);
      if (context.attempt < 3 && answer === "second") throw coded("ECONNRESET");
      return answer;
    },
    { runtime },
  );
  const { signal } = controller;

  const ends = await clock.run(() =>
    Promise.all(["first", "second", "third"].map((answer) => call.outcome({ signal }, answer))),
  );
  await clock.advance(5_000);

  const codes = ends.map((end) => (end.ok ? end.value : end.error.code));
  const ended = meddle === "abort" ? "ABORTED" : "DISPOSED";
  const told = `${meddle} at ${type} ${nth}: ${codes}`;
  const allowed =
    attempts === 3
      ? ["first", "second", "third", ended]
      : ["first", "EXHAUSTED", "FAILED", "TIMEOUT_ATTEMPT", ended];
  assert.ok(
    codes.every((code) => allowed.includes(code)),
    told,
  );
  const inTheMiddle = type === "attempt.started" || type === "retry.waiting";
  if (inTheMiddle && heard >= nth) assert.ok(codes.includes(ended), told);
  assert.equal(calledAfter, 0, `${told}, and a function was called after that`);
  assertAtRest(runtime, [signal]);
  assertCountsAgree(runtime, events);
}
