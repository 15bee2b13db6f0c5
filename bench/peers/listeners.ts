import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll, retry } from "cockatiel";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { onCircuits } from "./circuits.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { counted, ended, fails, type Watched } from "./support.ts";

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

/** What two listeners hear of a circuit that a third, which stands between them, changes as soon as it opens. */
function inOrder(first: readonly string[], last: readonly string[]): Seen {
  const right = first.length === 2 && first.join() === last.join();
  return {
    right,
    seen: right ? "all listeners hear the two in order" : "a later listener hears them the other way round",
  };
}

const cockatielOrder: Run = async () => {
  const circuit = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(1) });
  const [first, last]: [string[], string[]] = [[], []];
  circuit.onStateChange((state) => void first.push(CircuitState[state]));
  circuit.onStateChange((state) => void (state === CircuitState.Open && circuit.isolate()));
  circuit.onStateChange((state) => void last.push(CircuitState[state]));
  await ended(circuit.execute(fails));
  return inOrder(first, last);
};

const opossumOrder: Run = async () => {
  const circuit = new OpossumBreaker(fails, { timeout: false, resetTimeout: 10_000 });
  const [first, last]: [string[], string[]] = [[], []];
  for (const event of ["open", "close"] as const) circuit.on(event, () => void first.push(event));
  circuit.on("open", () => circuit.close());
  for (const event of ["open", "close"] as const) circuit.on(event, () => void last.push(event));
  await ended(circuit.fire());
  circuit.shutdown();
  return inOrder(first, last);
};

const ownOrder: Run = async () => {
  const runtime = createRuntime();
  const [first, last]: [string[], string[]] = [[], []];
  const hear = (heard: string[]) =>
    runtime.observe((event) => void (event.type === "breaker.changed" && heard.push(event.to)));
  hear(first);
  runtime.observe((event) => {
    if (event.type === "breaker.changed" && event.to === "open") runtime.force(event.policy, "closed");
  });
  hear(last);
  await ended(resilient(policy({ name: "order", breaker: { consecutive: 1 } }), fails, { runtime })());
  runtime.dispose();
  return inOrder(first, last);
};

/** What listeners throw, and what they hear. */
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
  {
    id: "T50",
    what: "Changes of a circuit are told in the order in which they happen, also where a listener makes the second.",
    runs: { cockatiel: cockatielOrder, opossum: opossumOrder, [ours]: ownOrder },
  },
];
