import { getEventListeners } from "node:events";
import pRetry from "p-retry";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { onRetriers } from "./retriers.ts";
import { type Defect, ours, type Seen } from "./scenario.ts";
import { abortError, counted, ended, fails, later, reset, watch } from "./support.ts";

async function triedAgain(call: (work: () => Promise<never>) => Promise<unknown>): Promise<Seen> {
  let attempts = 0;
  const error = abortError(reset());
  await ended(
    call(async () => {
      attempts++;
      throw error;
    }),
  );
  return { right: attempts === 1, seen: counted(attempts, "attempt") };
}

/** Aborts, and the signals that they come by. */
export const abortDefects: readonly Defect[] = [
  {
    id: "T1",
    what: "An abort ends the wait before a retry at once, without another attempt, and its reason comes through.",
    runs: onRetriers(async (retrier) => {
      let attempts = 0;
      const controller = new AbortController();
      const reason = new Error("the user left");
      const work = (): Promise<never> => {
        attempts++;
        return fails();
      };
      const call = watch(retrier(work, { attempts: 3, waitMs: 500, signal: controller.signal }));
      await later(80);
      controller.abort(reason);
      await later(120);
      const atOnce = call.ended;
      await later(500);
      const { error } = call as { readonly error: { readonly cause?: unknown } | undefined };
      const kept = error === reason || error?.cause === reason;
      const when = atOnce ? "ended at once" : "ended after the wait";
      return {
        right: atOnce && attempts === 1 && kept,
        seen: `${when}, ${counted(attempts, "attempt")}, ${kept ? "reason kept" : "reason lost"}`,
      };
    }),
  },
  {
    id: "T26",
    what: "A signal that outlives its calls has no listener left when they have ended.",
    runs: onRetriers(async (retrier) => {
      const { signal } = new AbortController();
      for (let count = 0; count < 20; count++) {
        let attempts = 0;
        const work = (): Promise<string> => (++attempts === 1 ? fails() : Promise.resolve("answer"));
        const { value } = await ended(retrier(work, { attempts: 2, waitMs: 1, signal }));
        if (value !== "answer") return { right: false, seen: "a call failed" };
      }
      // A connection may be told of its end a moment after its reader.
      await later(20);
      const left = getEventListeners(signal, "abort").length;
      return { right: left === 0, seen: `${counted(left, "listener")} after 20 calls with a retry each` };
    }),
  },
  {
    id: "T36",
    what: "An AbortError from inside the function is not tried again, whatever its cause is.",
    runs: {
      "p-retry": () => triedAgain((work) => pRetry(work, { retries: 2, minTimeout: 1 })),
      [ours]: async () => {
        const runtime = createRuntime();
        const retry = { attempts: 3, backoff: { base: 1 } };
        const document = policy({ name: "aborts", idempotent: true, retry });
        const seen = await triedAgain((work) => resilient(document, work, { runtime })());
        runtime.dispose();
        return seen;
      },
    },
  },
];
