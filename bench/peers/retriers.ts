import { ConstantBackoff, handleAll, retry } from "cockatiel";
import pRetry from "p-retry";
import { Agent, RetryAgent, request } from "undici";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { provider } from "./provider.ts";
import { ours, type Run, type Runs, type Seen } from "./scenario.ts";

/** How a scenario wants things to be tried again. */
export interface RetrySettings {
  readonly attempts: number;
  /** Before each retry, without jitter. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Tries a function again, whichever library does it. */
export type Retrier = (work: () => Promise<unknown>, settings: RetrySettings) => Promise<unknown>;

/** Plays a scenario on every library that tries again. */
export function onRetriers(scenario: (retrier: Retrier) => Promise<Seen>): Runs {
  const on =
    (retrier: Retrier): Run =>
    () =>
      scenario(retrier);
  return {
    cockatiel: on(cockatielRetrier),
    "p-retry": on(pRetryRetrier),
    undici: on(undiciRetrier),
    [ours]: on(ownRetrier),
  };
}

const cockatielRetrier: Retrier = (work, { attempts, waitMs, signal }) =>
  retry(handleAll, { maxAttempts: attempts - 1, backoff: new ConstantBackoff(waitMs) }).execute(work, signal);

/** Retries of p-retry. */
export const pRetryRetrier: Retrier = (work, { attempts, waitMs, signal }) =>
  pRetry(work, { retries: attempts - 1, minTimeout: waitMs, factor: 1, signal });

/** Retries of undici: the function is played by a provider, its answer is a 200, its failure a 503. */
export const undiciRetrier: Retrier = async (work, { attempts, waitMs, signal }) => {
  const agent = new Agent();
  const played = await provider((response) => {
    work().then(
      (answer) => response.end(String(answer)),
      () => response.writeHead(503).end(),
    );
  });
  const again = { maxRetries: attempts - 1, minTimeout: waitMs, maxTimeout: waitMs, timeoutFactor: 1 };
  try {
    const dispatcher = new RetryAgent(agent, again);
    const { body, statusCode } = await request(played.url, { dispatcher, signal });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return text;
  } finally {
    await agent.destroy();
    await played.close();
  }
};

const ownRetrier: Retrier = async (work, { attempts, waitMs, signal }) => {
  const runtime = createRuntime();
  const backoff = { base: waitMs, cap: waitMs, jitter: "none" } as const;
  const document = policy({ name: "retrier", idempotent: true, retry: { attempts, backoff } });
  try {
    return await resilient(document, work, { runtime }).with({ signal });
  } finally {
    runtime.dispose();
  }
};
