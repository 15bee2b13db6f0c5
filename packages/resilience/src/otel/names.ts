import type { Attributes } from "./meter-part.ts";

/** Names of attributes, after what the conventions of OpenTelemetry have none for; theirs are `error.type` and `http.request.resend_count`. */
export const attribute = {
  policy: "holdfast.resilience.policy",
  key: "holdfast.resilience.key",
  outcome: "holdfast.resilience.outcome",
  attempt: "holdfast.resilience.attempt",
  attempts: "holdfast.resilience.attempts",
  failureClass: "holdfast.resilience.failure_class",
  waitMs: "holdfast.resilience.wait_ms",
  state: "holdfast.resilience.state",
  from: "holdfast.resilience.from",
  to: "holdfast.resilience.to",
  errorType: "error.type",
  resendCount: "http.request.resend_count",
} as const;

/** Names of the events of a span. */
export const spanEvent = {
  retry: "holdfast.resilience.retry",
  breaker: "holdfast.resilience.breaker",
} as const;

/** Whose measurement or span it is. The key is left out where there is none, and where keys are switched off. */
export function whose(of: { readonly policy: string; readonly key: string }, keys: boolean): Attributes {
  const named: Attributes = { [attribute.policy]: of.policy };
  if (keys && of.key !== "") named[attribute.key] = shownKey(of.key);
  return named;
}

/** Several keys of one state stand with a NUL between them where they are not meant to be read. */
function shownKey(key: string): string {
  return key.replaceAll("\u0000", ", ");
}
