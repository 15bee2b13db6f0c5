import { handleAll, retry } from "cockatiel";
import pRetry from "p-retry";
import { Agent, RetryAgent, request } from "undici";
import { resilientInterceptor } from "../../packages/resilience/src/http-undici.ts";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Act, provider } from "./provider.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { counted, ended, fails, later, reset, watch } from "./support.ts";

type Again = (work: () => Promise<string>) => Promise<unknown>;

/** How often a function is called that fails once with `error` and then answers. */
async function callsAfter(again: Again, error: Error): Promise<number> {
  let calls = 0;
  const work = async (): Promise<string> => {
    calls++;
    if (calls === 1) throw error;
    return "answer";
  };
  await ended(again(work));
  return calls;
}

async function typeErrors(again: Again): Promise<Seen> {
  const mistake = await callsAfter(again, new TypeError("undefined is not a function"));
  const fetched = await callsAfter(again, new TypeError("fetch failed", { cause: reset() }));
  const wrapped = await callsAfter(again, new TypeError("could not reach the shop", { cause: reset() }));
  const seen = [
    `a mistake ${mistake === 1 ? "is final" : "is tried again"}`,
    `a failed fetch ${fetched === 2 ? "is tried again" : "is final"}`,
    `a reset in other words ${wrapped === 2 ? "is tried again" : "is final"}`,
  ];
  return { right: mistake === 1 && fetched === 2 && wrapped === 2, seen: seen.join(", ") };
}

/** A response that is discarded has a body that does not end. */
async function overHttp(under: (agent: Agent) => Parameters<typeof request>[1]): Promise<Seen> {
  const unfinished: Act = (response) => void response.writeHead(503).write("sorry");
  const played = await provider(unfinished, (response) => response.end("answer"));
  const agent = new Agent({ connections: 1 });
  const call = watch(request(played.url, under(agent)).then(({ body }) => body.text()));
  await later(500);
  const requests = played.cameMs.length;
  const { value } = call;
  await agent.destroy();
  await played.close();
  if (value === "answer") return { right: true, seen: "tried again and answered" };
  return { right: false, seen: `${counted(requests, "request")} while the discarded body goes on` };
}

/** Whether NaN as the setting that bounds is refused; if not, what it comes to. */
async function notANumber(make: () => Promise<string>): Promise<Seen> {
  try {
    return { right: false, seen: `taken: ${await make()}` };
  } catch (error) {
    return { right: error !== undefined, seen: "refused" };
  }
}

const undiciNaN: Run = async () => {
  const played = await provider((response) => response.writeHead(503).end());
  const agent = new Agent();
  try {
    return await notANumber(async () => {
      const dispatcher = new RetryAgent(agent, { maxRetries: Number.NaN, minTimeout: 1, maxTimeout: 1 });
      const call = watch(request(played.url, { dispatcher }));
      await later(200);
      if (!call.ended) return "tried again without end";
      return "not tried again";
    });
  } finally {
    await agent.destroy();
    await played.close();
  }
};

async function pRetryNaN(): Promise<Seen> {
  let attempts = 0;
  const work = (): Promise<never> => {
    attempts++;
    return fails();
  };
  const { error } = await ended(pRetry(work, { retries: Number.NaN }));
  const refused = attempts === 0 && error instanceof TypeError;
  return { right: refused, seen: refused ? "refused" : `taken: ${counted(attempts, "attempt")}` };
}

/** What is tried again, and how often. */
export const retryDefects: readonly Defect[] = [
  {
    id: "T32",
    what: "A response that is discarded for a retry holds nothing up, though its body does not end.",
    runs: {
      undici: () => overHttp((agent) => ({ dispatcher: new RetryAgent(agent, { minTimeout: 1 }) })),
      [ours]: () => {
        const backoff = { base: 1, cap: 5 };
        const interceptor = resilientInterceptor(policy({ retry: { attempts: 3, backoff } }));
        return overHttp((agent) => ({ dispatcher: agent.compose(interceptor) }));
      },
    },
  },
  {
    id: "T39",
    what: "NaN as the setting that bounds retries or concurrent calls is refused.",
    runs: {
      cockatiel: () =>
        notANumber(async () => {
          const again = retry(handleAll, { maxAttempts: Number.NaN });
          const calls = await callsAfter((work) => again.execute(work), reset());
          return calls === 1 ? "never tried again" : "tried again";
        }),
      opossum: () =>
        notANumber(async () => {
          const breaker = new OpossumBreaker(() => later(10), { capacity: Number.NaN });
          const all = await Promise.all(Array.from({ length: 50 }, () => ended(breaker.fire())));
          breaker.shutdown();
          return all.every(({ error }) => error === undefined) ? "no limit" : "some limit";
        }),
      "p-retry": pRetryNaN,
      undici: undiciNaN,
      [ours]: () =>
        notANumber(async () => {
          policy({ retry: { attempts: Number.NaN } });
          return "a policy";
        }),
    },
  },
  {
    id: "T44",
    what: "A TypeError of one's own code is final; one with a connection reset as its cause is tried again.",
    runs: {
      "p-retry": () => typeErrors((work) => pRetry(work, { retries: 2, minTimeout: 1 })),
      [ours]: async () => {
        const runtime = createRuntime();
        const document = policy({ idempotent: true, retry: { attempts: 3, backoff: { base: 1 } } });
        const seen = await typeErrors((work) => resilient(document, work, { runtime })());
        runtime.dispose();
        return seen;
      },
    },
  },
];
