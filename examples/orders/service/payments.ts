import { permanent, type StepContext } from "@holdfast/delivery";
import { log } from "./log.ts";

/** How long the provider may take for one request. */
const attemptMs = 2_000;

/** What the provider says of itself, or of the same key under way, and may not say again. Everything else is an answer to this request. */
const passing: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);

/** What a request takes over from the step that makes it. */
export type Call = Pick<StepContext, "key" | "signal" | "traceHeaders">;

/** The payment provider, as this service sees it. Each call is one request: trying again is the saga's. */
export interface Payments {
  authorise(order: { orderId: string; cents: number; card: string }, call: Call): Promise<string>;
  capture(order: { orderId: string; authorisation: string }, call: Call): Promise<string>;
  /** Takes back what was done under the key `authorisedBy`, and has the provider refuse it should it still arrive. */
  cancel(order: { orderId: string; authorisedBy: string }, call: Call): Promise<string>;
}

/** Payments over HTTP. */
export function httpPayments(url: string): Payments {
  return {
    authorise: (order, call) => post(`${url}/v1/authorisations`, order, call),
    capture: (order, call) => post(`${url}/v1/captures`, order, call),
    cancel: (order, call) => post(`${url}/v1/cancellations`, order, call),
  };
}

async function post(url: string, body: object, call: Call): Promise<string> {
  try {
    return await asked(url, body, call);
  } catch (error) {
    const [, traceId] = call.traceHeaders["traceparent"]?.split("-") ?? [];
    log({ type: "payments.failed", trace_id: traceId, key: call.key, error });
    throw error;
  }
}

async function asked(url: string, body: object, { key, signal, traceHeaders }: Call): Promise<string> {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...traceHeaders, "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify(body),
    signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
  });
  const text = await response.text();
  if (response.ok) return idOf(text);
  const failure = new Error(`The provider answered ${response.status}: ${text.slice(0, 200)}`);
  throw passing.has(response.status) ? failure : permanent(failure);
}

function idOf(text: string): string {
  const { id } = JSON.parse(text) as { readonly id?: unknown };
  if (typeof id === "string") return id;
  throw new Error("The provider answered without an id.");
}
