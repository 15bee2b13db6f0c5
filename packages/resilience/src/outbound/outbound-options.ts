import type { BaggageChoice } from "@holdfast/core";
import { envoyTimeoutHeader } from "../deadline-header.ts";
import { durationOption } from "../duration-option.ts";
import type { Duration } from "../policy-types.ts";

/**
 * Which requests carry an idempotency key that their caller has not written itself.
 *
 * - `when-idempotent`: those whose method is not idempotent but which the policy, or the call, declares so.
 * - `when-unsafe`: all whose method is not idempotent. That declares them idempotent: for providers that honour the key.
 * - `always`: those of any method, with the same consequence.
 * - `never`: none.
 */
export type KeyUse = "when-idempotent" | "when-unsafe" | "always" | "never";

/**
 * Which trace the attempts belong to; each is a span of its own in it.
 *
 * - `start`: the one in the caller's headers, that of the request in which the call is made, or else a fresh one.
 * - `continue`: the same, but without a fresh one.
 * - `leave`: the headers stay as they are. For processes in which an instrumentation writes them: two are as good as none.
 */
export type TraceUse = "start" | "continue" | "leave";

/** What a client adds to the requests that it sends. */
export interface OutboundOptions {
  /** The header of the idempotency key; default `idempotency-key`. A request that carries one is taken for idempotent. */
  readonly keyHeader?: string;
  /** Default `when-idempotent`. */
  readonly keys?: KeyUse;
  /**
   * The header that tells the provider how long it will be waited for; `grpc-timeout` is written as gRPC does, every other one in
   * milliseconds. Default `x-envoy-expected-rq-timeout-ms`, `null` for none.
   */
  readonly deadlineHeader?: string | null;
  /** What the provider is told less than there is, for the way there and back; default 10 ms. */
  readonly deadlineMargin?: Duration;
  /** A header for the number of the attempt, from 1, such as `x-attempt`; default none. It shows retries that stack up. */
  readonly attemptHeader?: string | null;
  /** Default `start`. */
  readonly trace?: TraceUse;
  /**
   * Which entries of the current baggage go out, by their keys; default `none`. Baggage holds what somebody thought of as internal, and
   * whoever is called can read it: `all` is for providers of your own. A header that the caller has written stays as it is.
   */
  readonly baggage?: BaggageChoice;
}

/** The same with nothing left out. */
export interface OutboundSettings {
  readonly keyHeader: string;
  readonly keys: KeyUse;
  readonly deadlineHeader: string | null;
  readonly deadlineMarginMs: number;
  readonly attemptHeader: string | null;
  readonly trace: TraceUse;
  readonly baggage: BaggageChoice;
}

/** Fills in the defaults. */
export function outboundSettings(options: OutboundOptions): OutboundSettings {
  const {
    keyHeader = "idempotency-key",
    keys = "when-idempotent",
    deadlineHeader = envoyTimeoutHeader,
    deadlineMargin = 10,
    attemptHeader = null,
    trace = "start",
    baggage = "none",
  } = options;
  const deadlineMarginMs = durationOption("deadlineMargin", deadlineMargin);
  return { keyHeader, keys, deadlineHeader, deadlineMarginMs, attemptHeader, trace, baggage };
}
