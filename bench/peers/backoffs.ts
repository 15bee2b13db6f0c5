import {
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  fullJitterGenerator,
  halfJitterGenerator,
  handleAll,
  noJitterGenerator,
  retry,
} from "cockatiel";
import pRetry from "p-retry";
import { Agent, RetryAgent, request } from "undici";
import { systemRandom, waits } from "../../packages/core/src/index.ts";
import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { provider } from "./provider.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { ended, fails } from "./support.ts";

const base = 1;
const factor = 10;

/** The longest third wait of many calls: 100 ms, or a good part of it where chance shortens it; 4 ms if the factor were 2. */
function judged(thirdWaits: Readonly<Record<string, readonly number[]>>): Seen {
  const deaf = Object.entries(thirdWaits)
    .filter(([, all]) => Math.max(...all) < 30)
    .map(([jitter]) => jitter);
  if (deaf.length === 0) return { right: true, seen: "a factor of 10 shows in the waits" };
  return { right: false, seen: `a factor of 10 does not show with ${deaf.join(", ")} jitter` };
}

const times = { length: 30 };

async function cockatielWaits(generator: typeof fullJitterGenerator): Promise<readonly number[]> {
  const backoff = new ExponentialBackoff({ initialDelay: base, exponent: factor, generator });
  const again = retry(handleAll, { maxAttempts: 3, backoff });
  const waited: number[] = [];
  again.onRetry(({ delay, attempt }) => void (attempt === 3 && waited.push(delay)));
  await Promise.all(Array.from(times, () => ended(again.execute(fails))));
  return waited;
}

async function pRetryWaits(randomize: boolean): Promise<readonly number[]> {
  const waited: number[] = [];
  const onFailedAttempt = (told: { readonly attemptNumber: number; readonly retryDelay: number }): void =>
    void (told.attemptNumber === 3 && waited.push(told.retryDelay));
  const options = { retries: 3, minTimeout: base, factor, randomize, onFailedAttempt };
  await Promise.all(Array.from(times, () => ended(pRetry(fails, options))));
  return waited;
}

async function ownWaits(jitter: "none" | "full" | "equal" | "proportional"): Promise<readonly number[]> {
  const runtime = createRuntime();
  const waited: number[] = [];
  runtime.observe((event) => {
    if (event.type === "retry.waiting" && event.attempt === 3) waited.push(event.waitMs);
  });
  const document = policy({
    name: "waits",
    idempotent: true,
    retry: { attempts: 4, backoff: { base, factor, cap: 10_000, jitter } },
  });
  const call = resilient(document, fails, { runtime });
  await Promise.all(Array.from(times, () => ended(call())));
  runtime.dispose();
  return waited;
}

/** It tells nobody of its waits, and has no jitter: the gaps between its requests are looked at. */
const undiciFactor: Run = async () => {
  const agent = new Agent();
  const { url, cameMs, close } = await provider((response) => response.writeHead(503).end());
  const dispatcher = new RetryAgent(agent, { maxRetries: 3, minTimeout: base, timeoutFactor: factor });
  const { body } = await request(url, { dispatcher }).catch(() => ({ body: null }));
  await body?.dump();
  await agent.destroy();
  await close();
  return judged({ no: [(cameMs[3] ?? 0) - (cameMs[2] ?? 0)] });
};

/** Whether a wait is no number, below nothing or above the cap, and from where on. */
function bounded(made: readonly number[], capMs: number): Seen {
  const bad = made.findIndex((waitMs) => !(waitMs >= 0 && waitMs <= capMs));
  if (bad === -1) return { right: made.length > 0, seen: "all within bounds" };
  return {
    right: false,
    seen: `${made[bad]} from about wait ${(Math.round(bad / 100) * 100).toLocaleString("en")} on`,
  };
}

const steps = 3_000;

/** How long is waited before a retry. */
export const backoffDefects: readonly Defect[] = [
  {
    id: "T3",
    what: "The factor of an exponential backoff shows in the waits, with every jitter that knows one.",
    runs: {
      cockatiel: async () =>
        judged({
          no: await cockatielWaits(noJitterGenerator),
          half: await cockatielWaits(halfJitterGenerator),
          full: await cockatielWaits(fullJitterGenerator),
        }),
      "p-retry": async () => judged({ no: await pRetryWaits(false), its: await pRetryWaits(true) }),
      undici: undiciFactor,
      [ours]: async () =>
        judged({
          no: await ownWaits("none"),
          equal: await ownWaits("equal"),
          full: await ownWaits("full"),
          proportional: await ownWaits("proportional"),
        }),
    },
  },
  {
    id: "T12",
    what: "With a base of 0 every wait of 3,000 is a number, not below 0 and not above the cap.",
    runs: {
      cockatiel: async () => {
        const backoff = new ExponentialBackoff({ initialDelay: 0, generator: decorrelatedJitterGenerator });
        const made: number[] = [];
        let next = backoff.next();
        while (made.length < steps) {
          made.push(next.duration);
          next = next.next(undefined);
        }
        return bounded(made, 30_000);
      },
      "p-retry": async () => {
        const made: number[] = [];
        await ended(
          pRetry(fails, {
            retries: steps,
            minTimeout: 0,
            maxTimeout: 30_000,
            onFailedAttempt: ({ retryDelay }) => void made.push(retryDelay),
          }),
        );
        return bounded(made, 30_000);
      },
      [ours]: async () => {
        // The function that a policy's retries take their waits from; a policy itself stops at 100 attempts.
        const backoff = { baseMs: 0, factor: 2, capMs: 30_000, jitter: "polly-v2" } as const;
        return bounded(waits(backoff, steps, systemRandom), 30_000);
      },
    },
  },
];
