import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.mjs";
import { policy, retryAfterMs, waitBeforeNext } from "./retry.mjs";
import { traceHeaders } from "./trace.mjs";

/** The payment provider at `url`: a function that charges an order and answers the charge, or throws a payment failure. */
export function paymentsAt({ url, apiKey, orders }) {
  /** One attempt; when its time is up, the request is torn down, whether it waits for headers or for the rest of a body. */
  async function attemptCharge(order, trace, timeoutMs) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const response = await fetch(`${url}/v1/charges`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${apiKey}`,
          "content-type": "application/json",
          // Made from the order: the same on every attempt, and after a restart of this service.
          "idempotency-key": `charge-${order.id}`,
          ...traceHeaders(trace),
        },
        body: JSON.stringify({ orderId: order.id, amount: order.amount, currency: "EUR", card: order.card }),
        redirect: "manual",
        signal: abort.signal,
      });
      // Bodies of failures are read as well: that frees the connection for the next attempt.
      const text = await response.text();
      orders.keepAnswer(order.id, response.status, text);
      return chargeFrom(response, text);
    } catch (error) {
      if (abort.signal.aborted) throw failure("timeout", `no answer within ${Math.round(timeoutMs)} ms`);
      throw error.kind === undefined ? networkFailure(error) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  return async function charge(order, trace) {
    const startedAt = performance.now();
    const spentMs = () => performance.now() - startedAt;
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptCharge(
          order,
          trace,
          Math.min(policy.attemptTimeoutMs, policy.deadlineMs - spentMs()),
        );
      } catch (error) {
        const nextInMs = waitBeforeNext(attempt, error, spentMs());
        logFailure(order, trace, { attempt, error, spentMs: spentMs(), nextInMs });
        if (nextInMs === undefined) throw error;
        await sleep(nextInMs);
      }
    }
  };
}

function logFailure(order, trace, { attempt, error, spentMs, nextInMs }) {
  log("warn", nextInMs === undefined ? "charge failed, giving up" : "charge failed, trying again", trace, {
    provider: "payments",
    operation: "charge",
    order: order.id,
    attempt: `${attempt}/${policy.attempts}`,
    failure: error.kind,
    status: error.status,
    code: error.code,
    spent_ms: Math.round(spentMs),
    next_in_ms: nextInMs === undefined ? undefined : Math.round(nextInMs),
  });
}

function chargeFrom(response, text) {
  if (!response.ok) {
    throw failure("refused", `the payment provider answered ${response.status}`, {
      status: response.status,
      retryAfterMs: retryAfterMs(response.headers),
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw failure("unreadable", "the payment provider answered something that is not JSON");
  }
}

function networkFailure(error) {
  const code = error.cause?.code ?? error.code;
  return failure("network", `the connection to the payment provider failed (${code ?? error.message})`, {
    code,
  });
}

function failure(kind, message, fields = {}) {
  return Object.assign(new Error(message), { kind, ...fields });
}
