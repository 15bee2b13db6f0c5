import type { ErrorCode } from "../errors.ts";
import type { ResilienceEvent } from "../events.ts";
import type { BreakerState } from "../state/breaker-settings.ts";

/** How loud a line is; loggers have methods of these names. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** What a line can be about: a call by how it ended, a retry, a circuit by what it became. */
export type LogSubject = "retry" | "success" | "fallback" | `breaker.${BreakerState}` | ErrorCode;

/** How loud each is; `null` for no line. */
export type LogLevels = { readonly [Subject in LogSubject]?: LogLevel | null };

/**
 * What is wrong with a provider is an error; what a policy was made to do about it is a warning, and so is a call that failed as calls
 * do. What refuses the calls of an open circuit is told once, when it opens.
 */
export const levelsDefault: { readonly [Subject in LogSubject]: LogLevel | null } = {
  retry: "warn",
  success: null,
  fallback: "warn",
  "breaker.open": "error",
  "breaker.half-open": "info",
  "breaker.closed": "info",
  "breaker.forced-open": "warn",
  "breaker.disabled": "warn",
  TIMEOUT_TOTAL: "error",
  TIMEOUT_ATTEMPT: "error",
  TIMEOUT_QUEUE: "error",
  EXHAUSTED: "error",
  FALLBACK_FAILED: "error",
  FAILED: "warn",
  BUDGET: "warn",
  FULL: "warn",
  RATE: "warn",
  OPEN: null,
  ABORTED: "info",
  DISPOSED: "info",
};

/** What a line about an event is about; `null` where there never is one: an attempt is told by what comes of it. */
export function subjectOf(event: ResilienceEvent): LogSubject | null {
  switch (event.type) {
    case "retry.waiting":
      return "retry";
    case "breaker.changed":
      return `breaker.${event.to}`;
    case "call.ended":
      if (event.fallback) return "fallback";
      return event.code ?? "success";
    default:
      return null;
  }
}
