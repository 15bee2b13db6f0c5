import type { PublishEnd } from "../broker.ts";
import { DeliveryError, type DeliveryErrorCode, isDeliveryError } from "../errors.ts";

/** It is in the broker's hands. */
export const confirmed: PublishEnd = { ok: true };

/** The end of a message that was not confirmed. */
export function failed(
  kind: Extract<PublishEnd, { ok: false }>["kind"],
  code: DeliveryErrorCode,
  message: string,
  cause?: unknown,
): PublishEnd {
  return {
    ok: false,
    kind,
    error: new DeliveryError(code, message, cause === undefined ? {} : { cause }),
  };
}

/** The end of a message that could not be sent because there is no connection. */
export function down(error: unknown): PublishEnd {
  return isDeliveryError(error)
    ? { ok: false, kind: "down", error }
    : failed("down", "BROKER_UNREACHABLE", `The broker cannot be reached: ${messageOf(error)}`, error);
}

/** The end of a message that was sent, and whose confirm nobody will see. */
export function unknown(because: string, cause?: unknown): PublishEnd {
  return failed("unknown", "BROKER_UNREACHABLE", `A confirm did not come: ${because}`, cause);
}

/** What an error of any kind says. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
