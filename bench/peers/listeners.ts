import { handleAll, retry } from "cockatiel";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { onCircuits } from "./circuits.ts";
import { type Defect, ours, type Seen } from "./scenario.ts";
import { counted, ended, type Watched } from "./support.ts";

const throws = (): never => {
  throw new Error("a bad listener");
};

async function ranOnce(call: (work: () => Promise<string>) => Promise<unknown>): Promise<Seen> {
  let runs = 0;
  const work = async (): Promise<string> => {
    runs++;
    return "answer";
  };
  const { value } = await ended(call(work));
  const answered = value === "answer";
  return {
    right: runs === 1 && answered,
    seen: `ran ${counted(runs, "time")}, ${answered ? "the answer came" : "the answer was lost"}`,
  };
}

/** What listeners throw. */
export const listenerDefects: readonly Defect[] = [
  {
    id: "T9",
    what: "A listener that throws at a success neither repeats the function nor loses its answer.",
    runs: {
      cockatiel: async () => {
        const again = retry(handleAll, { maxAttempts: 2 });
        again.onSuccess(throws);
        return await ranOnce((work) => again.execute(work));
      },
      [ours]: async () => {
        const runtime = createRuntime();
        runtime.observe(throws);
        const document = policy({
          name: "listeners",
          idempotent: true,
          retry: { attempts: 3, backoff: { base: 1 } },
        });
        try {
          return await ranOnce((work) => resilient(document, work, { runtime })());
        } finally {
          runtime.dispose();
        }
      },
    },
  },
  {
    id: "T19",
    what: "A listener that throws at a success leaves it a success, for the caller and for the circuit.",
    runs: onCircuits({ failures: 5, openMs: 10_000, onSuccess: throws }, async (circuit) => {
      const ends: Watched[] = [];
      for (let count = 0; count < 10; count++) ends.push(await ended(circuit.call(() => "answer")));
      const answered = ends.filter(({ value }) => value === "answer").length;
      return {
        right: answered === 10 && circuit.state() === "closed",
        seen: `${answered} of 10 answered, the circuit is ${circuit.state()}`,
      };
    }),
  },
];
