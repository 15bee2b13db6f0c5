import { ConstantBackoff, handleAll, retry, TimeoutStrategy, timeout } from "cockatiel";
import pRetry from "p-retry";
import { Agent, RetryAgent, request } from "undici";
import { policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Library, ours } from "./scenario.ts";
import { ended, later, reset } from "./support.ts";

/** Plays a scene of a library that the command line names, and leaves it to the event loop when the process ends. */
const [library, scene, url = ""] = process.argv.slice(2) as [Library, "waits" | "finished", string];

const waitMs = 150;
const longMs = 600_000;

let calls = 0;
const flaky = async (): Promise<string> => {
  if (++calls === 1) throw reset();
  return "answer";
};
const quick = (): Promise<void> => later(5);

const again = { attempts: 2, backoff: { base: waitMs, cap: waitMs, jitter: "none" } } as const;

/** Nothing but the wait before a retry keeps the process alive. */
const waits: { readonly [L in Library]?: () => Promise<unknown> } = {
  cockatiel: () => retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(waitMs) }).execute(flaky),
  "p-retry": () => pRetry(flaky, { retries: 1, minTimeout: waitMs }),
  undici: async () => {
    const dispatcher = new RetryAgent(new Agent(), { maxRetries: 1, minTimeout: waitMs });
    return await (await request(url, { dispatcher })).body.text();
  },
  [ours]: () => resilient(policy({ name: "waits", idempotent: true, retry: again }), flaky)(),
};

/** All is done long before any timer is due: a timeout, or a wait that was aborted where there are no timeouts. */
const finished: { readonly [L in Library]: () => Promise<unknown> } = {
  cockatiel: () => timeout(longMs, TimeoutStrategy.Aggressive).execute(quick),
  opossum: () => new OpossumBreaker(quick, { timeout: longMs }).fire(),
  "p-retry": async () => {
    const controller = new AbortController();
    const call = ended(pRetry(flaky, { retries: 1, minTimeout: longMs, signal: controller.signal }));
    await later(20);
    controller.abort();
    await call;
  },
  undici: async () => {
    const times = { headersTimeout: longMs, bodyTimeout: longMs };
    const { body } = await request(url, { dispatcher: new Agent(times) });
    await body.dump();
  },
  [ours]: () => resilient(policy({ name: "finished", deadline: longMs, attemptTimeout: longMs }), quick)(),
};

const told = scene === "waits" ? waits[library]?.() : finished[library]().then(() => "done");
told?.then((text) => void process.stdout.write(String(text)));
