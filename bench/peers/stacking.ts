import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { ConstantBackoff, handleAll, retry } from "cockatiel";
import pRetry from "p-retry";
import { Agent, RetryAgent, request } from "undici";
import { resilientInterceptor } from "../../packages/resilience/src/http-undici.ts";
import { policy } from "../../packages/resilience/src/index.ts";
import { onRetriers } from "./retriers.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { ended, fails } from "./support.ts";

/** Whether what the attempts of a call are told of themselves tells them apart. */
function toldApart(attempts: readonly unknown[], whom: string): Seen {
  const right = attempts.length === 3 && new Set(attempts.map((told) => JSON.stringify(told))).size === 3;
  return {
    right,
    seen: right ? `3 attempts, told apart by ${whom}` : `3 attempts that are the same to ${whom}`,
  };
}

/** What a provider sees of three attempts, of the headers that could tell. */
async function headersOf(send: (url: string) => Promise<unknown>): Promise<readonly IncomingHttpHeaders[]> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((sent, response) => {
    seen.push(sent.headers);
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await ended(send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

const undiciStacked: Run = async () => {
  const agent = new Agent();
  const dispatcher = new RetryAgent(agent, { maxRetries: 2, minTimeout: 1 });
  const seen = await headersOf(async (url) => {
    await ended(request(url, { dispatcher }));
    await agent.destroy();
  });
  return toldApart(seen, "the provider");
};

const ownStacked: Run = async () => {
  const agent = new Agent();
  const document = policy({ name: "stacked", retry: { attempts: 3, backoff: { base: 1 } } });
  const settings = { attemptHeader: "x-attempt", trace: "leave", deadlineHeader: null } as const;
  const dispatcher = agent.compose(resilientInterceptor(document, settings));
  const seen = await headersOf(async (url) => {
    const { body } = await request(url, { dispatcher });
    await body.dump();
    await agent.destroy();
  });
  return toldApart(seen, "the provider");
};

/** How many functions stand below the one that asks. */
function stackDepth(): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const depth = (new Error("depth").stack ?? "").split("\n").length;
  Error.stackTraceLimit = stackTraceLimit;
  return depth;
}

function flat(depths: readonly number[]): Seen {
  const right = depths.length === 100 && (depths[99] ?? 0) <= (depths[9] ?? 0) + 2;
  return { right, seen: right ? "as deep at the 100th attempt as at the 10th" : "deeper with every attempt" };
}

const retriers = onRetriers(async (retrier) => {
  const depths: number[] = [];
  const work = (): Promise<never> => {
    depths.push(stackDepth());
    return fails();
  };
  await ended(retrier(work, { attempts: 100, waitMs: 0, signal: new AbortController().signal }));
  return flat(depths);
});

/** The function of a request runs in the server; what stands on the stack of the retries is what decides about them. */
const undiciDepth: Run = async () => {
  const agent = new Agent();
  const depths: number[] = [];
  const decides = (error: Error, _context: unknown, go: (error?: Error | null) => void): null => {
    depths.push(stackDepth());
    go(depths.length < 100 ? null : error);
    return null;
  };
  await headersOf(async (url) => {
    await ended(request(url, { dispatcher: new RetryAgent(agent, { retry: decides }) }));
    await agent.destroy();
  });
  return flat(depths);
};

/** Retries upon retries. */
export const stackingDefects: readonly Defect[] = [
  {
    id: "T45",
    what: "Each attempt is told which one it is, or the provider is, so that retries inside of retries can be seen.",
    runs: {
      cockatiel: async () => {
        const told: unknown[] = [];
        const again = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) });
        await ended(
          again.execute(({ attempt }) => {
            told.push(attempt);
            return fails();
          }),
        );
        return toldApart(told, "the function");
      },
      "p-retry": async () => {
        const told: unknown[] = [];
        await ended(
          pRetry(
            (attempt) => {
              told.push(attempt);
              return fails();
            },
            { retries: 2, minTimeout: 1 },
          ),
        );
        return toldApart(told, "the function");
      },
      undici: undiciStacked,
      [ours]: ownStacked,
    },
  },
  {
    id: "T46",
    what: "Many retries without a wait between them do not become a deep stack.",
    runs: { ...retriers, undici: undiciDepth },
  },
];
