import { resilientFetch } from "../../packages/resilience/src/http-fetch.ts";
import { defaultRuntime, policy } from "../../packages/resilience/src/index.ts";
import { logEvents } from "../../packages/resilience/src/log-fields.ts";
import { childOf } from "../consumers/base.mjs";

const send = resilientFetch(
  policy({
    deadline: "4s",
    attemptTimeout: "500ms",
    idempotent: true,
    retry: {
      attempts: 4,
      on: ["connect-failure", "refused", "reset", "timeout", "gateway-error", "429"],
      backoff: { base: "100ms", cap: "800ms", jitter: "equal" },
    },
    breaker: {
      window: "10s",
      minCalls: 20,
      failureRate: "50%",
      open: { base: "1s", cap: "8s" },
      probes: 2,
    },
  }),
);

logEvents(defaultRuntime(), (level, message, fields) => {
  console.log(JSON.stringify({ level, message, provider: "payments", operation: "charge", ...fields }));
});

/** A charge by `@holdfast/resilience`: the policy of its contract, word for word. */
export async function call({ addresses, id, traceparent, log }) {
  const trace = { traceId: traceparent?.split("-")[1], order: id, provider: "payments", operation: "charge" };
  try {
    const response = await send(`${addresses.payments}/v1/charges`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": `charge-${id}`,
        traceparent: childOf(traceparent),
      },
      body: JSON.stringify({ orderId: id, amount: 4200, currency: "EUR" }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the provider answered ${response.status}`);
    log?.({ event: "call.succeeded", ...trace });
    return JSON.parse(text);
  } catch (failure) {
    const { attempts, elapsedMs, failure: met, message } = failure;
    log?.({ event: "call.failed", ...trace, attempts, elapsedMs, status: met?.status, reason: message });
    throw failure;
  }
}
