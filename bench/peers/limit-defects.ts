import { type Limit, onLimits } from "./limits.ts";
import type { Defect, Seen } from "./scenario.ts";
import { ended, forever, later, type Watched, watch } from "./support.ts";

/** Newcomers who wait for the same as the first call, and come some steps after its end: one for its place, one for the queue. */
async function handOver(limit: Limit, steps: number): Promise<Watched> {
  const shared = Promise.withResolvers<void>();
  const first = watch(limit.call(() => shared.promise));
  const waiting = watch(limit.call(async () => "answer"));
  const newcomers = shared.promise.then(async () => {
    for (let step = 0; step < steps; step++) await null;
    await Promise.all([ended(limit.call(() => later(2))), ended(limit.call(() => later(2)))]);
  });
  shared.resolve();
  await Promise.all([first.end, waiting.end, newcomers]);
  return waiting;
}

async function handOvers(limit: Limit): Promise<Seen> {
  let refused = 0;
  // The moment is somewhere between the end of the function and that of its call: every step in between is tried.
  for (let steps = 0; steps < 12; steps++) {
    if ((await handOver(limit, steps)).value !== "answer") refused++;
  }
  return {
    right: refused === 0,
    seen: refused === 0 ? "the waiting call got the place" : "the waiting call was rejected as too many",
  };
}

/** Limits on concurrent calls. */
export const limitDefects: readonly Defect[] = [
  {
    id: "T6",
    what: "A place that becomes free belongs to the call that waits for it; what was accepted is not rejected later.",
    runs: onLimits({ queue: 1 }, handOvers),
  },
  {
    id: "T7",
    what: "An aborted call leaves the queue at once, and its room in it is free.",
    runs: onLimits({ queue: 1 }, async (limit) => {
      const controller = new AbortController();
      const first = watch(limit.call(() => later(150)));
      const waiting = watch(limit.call(async () => "waited", controller.signal));
      controller.abort();
      await later(20);
      const left = waiting.ended;
      const next = watch(limit.call(async () => "answer"));
      await Promise.all([first.end, next.end, waiting.end]);
      const free = next.value === "answer";
      return {
        right: left && free,
        seen: `${left ? "left at once" : "stayed in the queue"}, the next was ${free ? "taken" : "rejected"}`,
      };
    }),
  },
  {
    id: "T16",
    what: "A place is held until the function has really ended, however soon its call timed out.",
    runs: onLimits({ queue: 0, timeoutMs: 30 }, async (limit) => {
      let running = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, ++running);
        await later(500);
        running--;
      };
      for (let count = 0; count < 4; count++) await ended(limit.call(work));
      await later(500);
      return { right: most === 1, seen: `${most} ran at once under a limit of 1` };
    }),
  },
  {
    id: "T21",
    what: "Calls that the limit refuses do not open the circuit of a healthy provider.",
    runs: onLimits({ queue: 0, breaker: true }, async (limit) => {
      const healthy = watch(limit.call(() => later(50)));
      await Promise.all(Array.from({ length: 20 }, () => ended(limit.call(forever))));
      await healthy.end;
      const next = await ended(limit.call(async () => "answer"));
      const passed = next.value === "answer";
      return { right: passed, seen: passed ? "the circuit stayed closed" : "the circuit opened" };
    }),
  },
  {
    id: "T49",
    what: "A call inside a call of the same limit does not wait for ever for its own caller's place.",
    runs: onLimits({ queue: 5 }, async (limit) => {
      const outer = watch(
        limit.call(async (again) => {
          await later(5);
          return await again(async () => "inner");
        }),
      );
      await later(200);
      const how = outer.error === undefined ? "both ended" : "the inner call was refused";
      return { right: outer.ended, seen: outer.ended ? how : "each waits for the other" };
    }),
  },
];
