import { collect, collected } from "../../packages/resilience/test/support/collected.ts";
import { type Circuit, onCircuits } from "./circuits.ts";
import { onRetriers } from "./retriers.ts";
import type { Defect } from "./scenario.ts";
import { ended, fails, later } from "./support.ts";

const answers = async (): Promise<string> => "answer";

async function heapAfter(calls: number, circuit: Circuit): Promise<number> {
  for (let made = 0; made < calls; made++) await circuit.call(answers);
  collect();
  return process.memoryUsage().heapUsed;
}

/** What is kept of calls that have ended. */
export const memoryDefects: readonly Defect[] = [
  {
    id: "T27",
    what: "A signal that outlives its calls keeps nothing of them in memory.",
    runs: onRetriers(async (retrier) => {
      const { signal } = new AbortController();
      const made: WeakRef<object>[] = [];
      // A function of its own, because a variable of a loop may live longer than its round.
      const callOnce = async (): Promise<unknown> => {
        let attempts = 0;
        const work = (): Promise<string> => (++attempts === 1 ? fails() : answers());
        made.push(new WeakRef(work));
        return (await ended(retrier(work, { attempts: 2, waitMs: 1, signal }))).value;
      };
      for (let count = 0; count < 20; count++) {
        if ((await callOnce()) !== "answer") return { right: false, seen: "a call failed" };
      }
      // A connection may be told of its end a moment after its reader.
      await later(20);
      // The latest may be kept for the next.
      const gone = await collected(made.slice(0, -1));
      const seen = gone ? "nothing is kept" : "functions of calls that have ended are kept";
      return { right: gone && !signal.aborted, seen };
    }),
  },
  {
    id: "T38",
    what: "What is kept of calls that have ended does not grow with their number.",
    runs: onCircuits({ failures: 1_000_000, openMs: 1_000, windowMs: 600_000 }, async (circuit) => {
      await heapAfter(5_000, circuit);
      const before = await heapAfter(100, circuit);
      const grown = (await heapAfter(50_000, circuit)) - before;
      const right = grown < 200_000;
      return {
        right,
        seen: right ? "the same after 50,000 calls more" : "grows with every call in the window",
      };
    }),
  },
];
