import { choice, flag, integer } from "@holdfast/core";
import { answerBytes } from "../answer-bytes.ts";
import { defineFault, type Fault, type FaultedExchange } from "../fault.ts";
import { wholeAnswer, withField, writtenAnswer } from "../whole-answer.ts";

/** A provider that serves so many requests in a time and refuses the rest. */
export const quota: Fault = defineFault({
  kind: "quota",
  at: "exchange",
  summary:
    "Lets so many requests of a time window pass, whatever call they belong to, and refuses the rest of the window; it fires on those that it refuses.",
  loses: true,
  params: {
    limit: integer({ min: 0, doc: "How many requests of a window pass." }),
    windowMs: integer({ min: 1, doc: "How long a window is; the first begins with the first request." }),
    status: integer({ min: 400, max: 599, default: 429, doc: "The status that refuses." }),
    retryAfter: flag({ default: true, doc: "Says with Retry-After when the next window begins." }),
    headers: choice(["ratelimit", "x-ratelimit", "none"], {
      default: "ratelimit",
      doc: "How every answer tells of the quota: RateLimit and RateLimit-Policy (IETF draft), X-RateLimit-Limit, -Remaining and -Reset (the moment in Unix seconds), or not at all.",
    }),
  },
  act: ({ limit, windowMs, status, retryAfter, headers }) => {
    // Bound once for all exchanges of a program: they share the window.
    let window = { beganMs: Number.NEGATIVE_INFINITY, used: 0 };
    return async (exchange) => {
      const nowMs = exchange.clock.monotonic();
      if (nowMs - window.beganMs >= windowMs) window = { beganMs: nowMs, used: 0 };
      window.used += 1;
      const leftMs = window.beganMs + windowMs - nowMs;
      const left = { remaining: Math.max(0, limit - window.used), leftMs };
      const told = toldOf(headers, { limit, windowMs, ...left }, exchange.clock.wall());
      if (window.used <= limit) return passed(exchange, told);
      await exchange.requestRead();
      exchange.fired();
      const after = retryAfter ? { "retry-after": String(Math.max(1, Math.ceil(leftMs / 1_000))) } : {};
      const body = JSON.stringify({ error: { status, message: "the quota of this window is used up" } });
      const answer = { status, headers: { "content-type": "application/json", ...after, ...told }, body };
      await exchange.send(answerBytes(exchange.method, answer));
      exchange.end("keep");
    };
  },
});

async function passed(exchange: FaultedExchange, told: Readonly<Record<string, string>>): Promise<void> {
  const { raw, answer } = await wholeAnswer(exchange);
  const same = answer === null || Object.keys(told).length === 0;
  const fields = Object.entries(told).reduce(
    (so, [name, value]) => withField(so, name, value),
    answer?.fields ?? [],
  );
  await exchange.send(same ? raw : writtenAnswer(exchange.method, { ...answer, fields }));
  exchange.end("keep");
}

interface Standing {
  readonly limit: number;
  readonly windowMs: number;
  readonly remaining: number;
  readonly leftMs: number;
}

function toldOf(
  how: "ratelimit" | "x-ratelimit" | "none",
  { limit, windowMs, remaining, leftMs }: Standing,
  wallMs: number,
): Readonly<Record<string, string>> {
  const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
  if (how === "none") return {};
  if (how === "ratelimit") {
    return {
      "ratelimit-policy": `"default";q=${limit};w=${seconds(windowMs)}`,
      ratelimit: `"default";r=${remaining};t=${seconds(leftMs)}`,
    };
  }
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil((wallMs + leftMs) / 1_000)),
  };
}
