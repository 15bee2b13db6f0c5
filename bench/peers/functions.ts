import { ConsecutiveBreaker, circuitBreaker, fallback, handleAll, handleWhen, retry } from "cockatiel";
import pRetry from "p-retry";
import { createRuntime, policy, type Runtime, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { ended, fails, later, reset, watch } from "./support.ts";

/** Plays a scenario on ours, in a runtime of its own. */
function inRuntime(scenario: (runtime: Runtime) => Promise<Seen>): Run {
  return async () => {
    const runtime = createRuntime();
    try {
      return await scenario(runtime);
    } finally {
      runtime.dispose();
    }
  };
}

/** Plays a scenario on a breaker of opossum. */
function onOpossum(
  action: (...args: never[]) => unknown,
  options: Readonly<Record<string, unknown>>,
  scenario: (breaker: OpossumBreaker) => Promise<Seen>,
): Run {
  return async () => {
    const breaker = new OpossumBreaker(action, { ...options });
    try {
      return await scenario(breaker);
    } finally {
      breaker.shutdown();
    }
  };
}

async function answersAsTheyAre(call: (work: () => unknown) => Promise<unknown>): Promise<Seen> {
  const wrong: string[] = [];
  for (const answer of [undefined, null, 0, "", false]) {
    const end = await ended(call(() => answer));
    if (end.error !== undefined || end.value !== answer) wrong.push(JSON.stringify(answer) ?? "undefined");
  }
  if (wrong.length === 0) return { right: true, seen: "all answers came back" };
  return { right: false, seen: `rejects where the answer is ${wrong.join(" or ")}` };
}

/** A mistake in a function that judges errors. */
function mistaken(): never {
  throw new Error("a mistake");
}

async function endsNevertheless(call: () => Promise<unknown>): Promise<Seen> {
  const watched = watch(call());
  await later(100);
  if (!watched.ended) return { right: false, seen: "the call does not end" };
  return { right: watched.error !== undefined, seen: "the call rejects" };
}

const first = reset();
const second = new Error("the cache is empty");

async function bothErrors(call: () => Promise<unknown>): Promise<Seen> {
  const { error } = (await ended(call())) as { readonly error: Error & { readonly causes?: unknown[] } };
  const found = [error, error.cause, ...(error.causes ?? [])];
  const both = found.includes(first) && found.includes(second);
  if (both) return { right: true, seen: "both errors" };
  return {
    right: false,
    seen: found.includes(second) ? "only the fallback's error" : "only the first error",
  };
}

/** What functions answer and throw. */
export const functionDefects: readonly Defect[] = [
  {
    id: "T18",
    what: "Whatever a function answers comes back as it is, promise or not.",
    runs: {
      cockatiel: () => {
        const breaker = new ConsecutiveBreaker(5);
        const circuit = circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker });
        return answersAsTheyAre((work) => circuit.execute(work));
      },
      opossum: onOpossum(
        (work: () => unknown) => work(),
        {},
        (breaker) => answersAsTheyAre((work) => breaker.fire(work)),
      ),
      "p-retry": () => answersAsTheyAre((work) => pRetry(work, { retries: 0 })),
      [ours]: inRuntime((runtime) => {
        const document = policy({ name: "answers", breaker: {} });
        return answersAsTheyAre((work) => resilient(document, work, { runtime })());
      }),
    },
  },
  {
    id: "T47",
    what: "A classifier of errors that throws ends its own call with an error, and nothing else.",
    runs: {
      cockatiel: () => endsNevertheless(() => retry(handleWhen(mistaken), { maxAttempts: 1 }).execute(fails)),
      opossum: onOpossum(fails, { errorFilter: mistaken, timeout: 1_000 }, (breaker) =>
        endsNevertheless(() => breaker.fire()),
      ),
      "p-retry": () => endsNevertheless(() => pRetry(fails, { retries: 1, shouldRetry: mistaken })),
      [ours]: inRuntime((runtime) => {
        const document = policy({ name: "mistaken", classify: "own" });
        const call = resilient(document, fails, { runtime, classify: { own: mistaken } });
        return endsNevertheless(() => call());
      }),
    },
  },
  {
    id: "T48",
    what: "When a fallback fails too, both errors can be seen.",
    runs: {
      cockatiel: () => {
        const falls = fallback(handleAll, () => Promise.reject(second));
        return bothErrors(() => falls.execute(() => Promise.reject(first)));
      },
      opossum: onOpossum(
        () => Promise.reject(first),
        {},
        (breaker) => {
          breaker.fallback(() => Promise.reject(second));
          return bothErrors(() => breaker.fire());
        },
      ),
      [ours]: inRuntime((runtime) => {
        const document = policy({ name: "falls", fallback: "cached" });
        const fallbacks = { cached: (): Promise<never> => Promise.reject(second) };
        const call = resilient(document, () => Promise.reject(first), { runtime, fallback: fallbacks });
        return bothErrors(() => call());
      }),
    },
  },
];
