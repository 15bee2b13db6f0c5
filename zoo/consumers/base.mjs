/**
 * A small client of a payment provider that does everything right. Each behaviour is one entry of `correct`, so that a
 * mutant of the zoo is this client with one entry replaced, and a clean twin is this client with another right one.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { tokenBudget } from "./budget.mjs";
import { exchangeByHttp } from "./exchange.mjs";

const transient = new Set([429, 502, 503, 504]);

/** The correct behaviours. Durations in milliseconds; `retry` counts retries from 1. */
export const correct = {
  attempts: 4,
  attemptTimeoutMs: 500,
  deadlineMs: 4000,
  request: (call) => ({
    method: "POST",
    path: "/v1/charges",
    body: { orderId: call.id, amount: 4200, currency: "EUR" },
  }),
  exchange: exchangeByHttp,
  /** Made once for a call, of what makes it the same call after a crash. */
  key: ({ id }) => `charge-${id}`,
  /** Made for every attempt; `after` is what became of the attempt before it, null for the first. */
  keyHeaders: ({ key }) => ({ "idempotency-key": key }),
  /** The trace of a call, from the traceparent that it came in with. */
  incoming: (traceparent) => (isTraceparent(traceparent) ? traceparent : childOf(undefined)),
  /** Made for every attempt; `leftMs` is what is left of the deadline. */
  traceHeaders: ({ traceparent }) => ({ traceparent: childOf(traceparent) }),
  /** Ends an attempt after `limitMs`, and the socket with it. */
  limited: async (limitMs, work) => {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error("no answer in time")), limitMs);
    try {
      return await work(controller.signal);
    } finally {
      clearTimeout(timer);
    }
  },
  /** `status` is null when no whole answer came; `refused` is the consumer's own word, before anything was sent. */
  retryable: ({ status, refused = false }) => !refused && (status === null || transient.has(status)),
  /** The client's own schedule: equal jitter on 100, 200, 400, 800, 800 ms. */
  scheduleMs: (retry) => Math.min(800, 100 * 2 ** (retry - 1)) * (0.5 + 0.5 * Math.random()),
  /** What the provider asked for with Retry-After, in seconds or as a date; 0 when it did not ask. */
  askedMs: ({ headers }) => secondsMs(headers["retry-after"]) ?? dateMs(headers["retry-after"]) ?? 0,
  /** Lends a token for each retry, so that a long outage is not multiplied. */
  budget: tokenBudget({ tokens: 60, perSuccess: 0.2 }),
  /** Stands around every attempt: a circuit breaker, where there is one. */
  guard: (attempt) => attempt(),
  /** What is written to the log about an event of a call. */
  record: (event, call, fields) => ({
    event,
    traceId: traceIdOf(call.traceparent),
    order: call.id,
    ...fields,
  }),
  /** What is done when a call has failed for good, before its caller is told. */
  onGiveUp: () => {},
};

/** The same client on an operation that only reads. */
export const correctRead = {
  ...correct,
  request: (call) => ({ method: "GET", path: `/v1/prices/${call.id}` }),
};

/** Makes `call` of a set of behaviours: resolves with the provider's answer or rejects. */
export function consumer(client) {
  return async (input) => {
    const call = { ...input, traceparent: client.incoming(input.traceparent) };
    const startedAt = performance.now();
    const deadlineAt = startedAt + client.deadlineMs;
    const key = client.key(call);
    let outcome = null;
    log(client, call, "call.started");
    for (let attempt = 1; ; attempt++) {
      const leftMs = deadlineAt - performance.now();
      const limitMs = Math.min(client.attemptTimeoutMs, leftMs);
      const after = outcome;
      outcome = await client.guard(() => tryOnce(client, call, { key, attempt, after, limitMs, leftMs }));
      if (outcome.ok) {
        client.budget.succeeded();
        log(client, call, "call.succeeded", { attempt });
        return outcome.answer;
      }
      const { status, reason } = outcome;
      const elapsedMs = Math.round(performance.now() - startedAt);
      log(client, call, "attempt.failed", { attempt, of: client.attempts, elapsedMs, status, reason });
      const waitMs = Math.max(client.scheduleMs(attempt, call), client.askedMs(outcome));
      const late = performance.now() + waitMs + 50 >= deadlineAt; // no room for one more
      const again = attempt < client.attempts && !late && client.retryable(outcome);
      if (!again || !client.budget.take()) {
        log(client, call, "call.failed", { attempts: attempt, elapsedMs, status, reason });
        client.onGiveUp(call, outcome, key);
        throw new Error(`the call failed: ${outcome.reason}`);
      }
      await sleep(waitMs);
    }
  };
}

/** One attempt as a value: never throws. */
export async function tryOnce(client, call, { key, attempt, after, limitMs, leftMs }) {
  const { method, path, body } = client.request(call);
  const headers = { ...client.traceHeaders({ ...call, attempt, leftMs }), accept: "application/json" };
  if (method === "POST") {
    headers["content-type"] = "application/json";
    Object.assign(headers, client.keyHeaders({ key, attempt, after }));
  }
  const message = { url: call.addresses.payments + path, method, headers, body: JSON.stringify(body) };
  try {
    const answer = await client.limited(limitMs, (signal) => client.exchange({ ...message, signal }));
    if (answer.status < 300) return { ok: true, answer: JSON.parse(answer.text) };
    return { ok: false, status: answer.status, headers: answer.headers, reason: `status ${answer.status}` };
  } catch (failure) {
    return { ok: false, status: null, headers: {}, reason: failure.code ?? failure.name };
  }
}

/** Milliseconds of a Retry-After in seconds, or undefined. */
export function secondsMs(text = "") {
  return /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
}

/** Milliseconds from now to a Retry-After that is a date, or undefined. */
export function dateMs(text = "") {
  const at = /^\d+$/.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** A traceparent with the same trace id and a span id of its own. */
export function childOf(traceparent) {
  return `00-${traceIdOf(traceparent)}-${randomBytes(8).toString("hex")}-01`;
}

/** Whether a text is a traceparent of version 00, ids of zeros excluded. */
export function isTraceparent(text = "") {
  return /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(text);
}

function traceIdOf(traceparent) {
  return isTraceparent(traceparent) ? traceparent.slice(3, 35) : randomBytes(16).toString("hex");
}

function log(client, call, event, fields = {}) {
  const operation = client.request(call).method === "POST" ? "charge" : "quote";
  call.log?.(client.record(event, call, { provider: "payments", operation, ...fields }));
}
