import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "./log.mjs";

const MAX_ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 950; // just under a second
const RETRY_WAIT_MS = 500;
const THROTTLED_WAIT_MS = 250;

/** The payment provider at `url`: a function that charges an order and answers the charge. */
export function paymentsAt({ url, apiKey, orders }) {
  async function attemptCharge(order, context) {
    const options = {
      method: "POST",
      headers: {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
        traceparent: newTraceparent(),
      },
      body: JSON.stringify({ orderId: order.id, amount: order.amount, currency: "EUR", card: order.card }),
    };
    const response = await withTimeout(fetch(`${url}/v1/charges`, options), ATTEMPT_TIMEOUT_MS);
    log("info", "provider answered", context, { order: order.id, status: response.status });

    // The auditors want every answer; the customer need not wait for that.
    keepAnswer(order, response.clone());

    const text = await response.text();
    if (!response.ok) throw refused(response);
    return JSON.parse(text);
  }

  async function keepAnswer(order, response) {
    orders.keepAnswer(order.id, response.status, await response.text());
  }

  return async function charge(order, context) {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptCharge(order, context);
      } catch (error) {
        if (attempt > MAX_ATTEMPTS || !worthAnotherTry(error)) throw error;
        await pause(error, attempt, Math.round(performance.now() - startedAt), context);
      }
    }
  };
}

async function pause(error, attempt, spentMs, context) {
  log("warn", "charge failed, trying again", context, { attempt, spentMs, reason: error.message });
  // Give a provider that is throttling us some air.
  if (error.status === 429) await sleep(THROTTLED_WAIT_MS);
  // After a timeout the customer has waited long enough.
  const waitMs = error.status === undefined ? 20 : RETRY_WAIT_MS;
  await sleep(waitMs);
}

function worthAnotherTry(error) {
  // No answer means that the request never got there.
  if (error.status === undefined) return true;
  // Whatever is not a yes may be a yes the next time.
  return error.status >= 400;
}

function withTimeout(work, timeoutMs) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

function refused(response) {
  const error = new Error(`the payment provider answered ${response.status}`);
  return Object.assign(error, { status: response.status, headers: response.headers });
}

function newTraceparent(traceId = randomBytes(16).toString("hex")) {
  return `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
}
