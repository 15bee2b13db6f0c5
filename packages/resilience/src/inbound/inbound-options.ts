import { envoyTimeoutHeader, grpcTimeoutHeader } from "../deadline-header.ts";
import { durationOption } from "../duration-option.ts";
import type { Duration } from "../policy-types.ts";

/**
 * What becomes of a request whose caller has stopped waiting before it came.
 *
 * - `shadow`: it is served as if it told no deadline; `onExpired` hears what would have been refused.
 * - `on`: it is refused, but never more than a fifth of the requests of ten seconds: a caller whose clock or whose arithmetic is wrong
 *   must not cause an outage.
 * - `off`: as `shadow`, and nothing is told.
 */
export type RefusalMode = "shadow" | "on" | "off";

/** A request whose caller had stopped waiting when it came. */
export interface ExpiredRequest {
  /** The time that its header told, in ms; 0 or less. */
  readonly toldMs: number;
  /** Whether it lies within the share that may be refused. */
  readonly refusable: boolean;
  /** Whether it was refused: it was refusable, and the mode is `on`. */
  readonly refused: boolean;
}

/** What an inbound door can be told. */
export interface InboundOptions {
  /** The longest that the service itself works on a request; what callers ask for can only be less. Default: no limit. */
  readonly deadline?: Duration;
  /**
   * Headers in which callers tell how long they wait; of several the shortest counts. Default `x-envoy-expected-rq-timeout-ms` and
   * `grpc-timeout`; every other one is read as milliseconds.
   */
  readonly deadlineHeaders?: readonly string[];
  /** Default `shadow`: look at what would be refused before anything is. */
  readonly mode?: RefusalMode;
  /** Hears of each request that came too late. What it throws never reaches a request. */
  readonly onExpired?: (request: ExpiredRequest) => void;
  /** The header of the idempotency key; default `idempotency-key`. */
  readonly keyHeader?: string;
  /**
   * Which key the calls inside a request have, where it came with one: one of their own that is always the same for the same key,
   * policy and place in the order of calls (`derived`, the default), or the very key of the request (`same`), for a service that passes
   * the one operation on.
   */
  readonly keys?: "derived" | "same";
}

/** The same with nothing left out. */
export interface InboundSettings {
  readonly deadlineMs: number;
  readonly deadlineHeaders: readonly string[];
  readonly mode: RefusalMode;
  readonly keyHeader: string;
  readonly keys: "derived" | "same";
}

/** Fills in the defaults. Throws `OPTION_INVALID`. */
export function inboundSettings(options: InboundOptions): InboundSettings {
  const {
    deadline,
    deadlineHeaders = [envoyTimeoutHeader, grpcTimeoutHeader],
    mode = "shadow",
    keyHeader = "idempotency-key",
    keys = "derived",
  } = options;
  const deadlineMs = deadline === undefined ? Number.POSITIVE_INFINITY : durationOption("deadline", deadline);
  return { deadlineMs, deadlineHeaders, mode, keyHeader, keys };
}
