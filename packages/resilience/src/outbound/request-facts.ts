import {
  type Baggage,
  childOf,
  chosenBaggage,
  extractBaggage,
  extractTrace,
  type IncomingHeaders,
  newTraceContext,
  noBaggage,
  type Random,
  type TraceContext,
  traceHeaders,
} from "@holdfast/core";
import type { CallContext, CallOptions } from "../context.ts";
import { formatDeadlineHeader } from "../deadline-header.ts";
import { isIdempotentMethod } from "./methods.ts";
import type { OutboundSettings } from "./outbound-options.ts";

/** A request as its client describes it, before anything is added. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: IncomingHeaders;
  /** What the caller has written under `keyHeader`. */
  readonly keyGiven: string | null;
  /** Whether its body can be read only once. */
  readonly oneShot: boolean;
}

/** What the policy of a client says to all its requests. */
export interface ClientFacts {
  /** What errors call the policy. */
  readonly policy: string;
  readonly settings: OutboundSettings;
  /** Whether the policy declares its calls idempotent. */
  readonly idempotent: boolean;
  readonly attemptTimeoutMs: number;
  readonly random: Random;
  /** The span of an attempt under way, where somebody makes one for each. */
  readonly spanOf: (attempt: CallContext) => TraceContext | null;
}

/** What stays the same for all attempts of a call. */
export interface RequestFacts {
  /** The options of the caller with what the request itself tells. */
  readonly options: CallOptions;
  /** Whether attempts carry the call's key; one that the caller has written stays as it is. */
  readonly sendsKey: boolean;
  readonly trace: TraceContext | null;
  /** Whether the caller has written the trace into the request. */
  readonly traceGiven: boolean;
  /** What is sent; `""` leaves the header as it is. */
  readonly baggage: Baggage;
}

/** What surrounds a call when it is made. */
export interface Surroundings {
  readonly trace: TraceContext | null;
  /** Asked only where some of it may go out. */
  readonly baggage: () => Baggage;
}

/** A header to be set, or with `null` to be taken away. */
export type HeaderChange = readonly [name: string, value: string | null];

/** What a request tells about its call: whether it may be sent again, under which key, and in which trace. */
export function requestFacts(
  client: ClientFacts,
  request: OutgoingRequest,
  given: CallOptions,
  around: Surroundings,
): RequestFacts {
  const key = given.idempotencyKey ?? request.keyGiven ?? undefined;
  const declared = given.idempotent ?? client.idempotent;
  const sendsKey = request.keyGiven === null && wantsKey(client, request, key !== undefined || declared);
  const safe =
    isIdempotentMethod(request.method) || request.keyGiven !== null || keyDeclares(client, sendsKey, key);
  // A body that is gone cannot be sent again, whatever the request is otherwise.
  const idempotent = request.oneShot ? false : (given.idempotent ?? (safe ? true : undefined));
  return {
    options: {
      ...given,
      ...(idempotent === undefined ? {} : { idempotent }),
      ...(key === undefined ? {} : { idempotencyKey: key }),
    },
    sendsKey,
    ...traceOf(client, request, around.trace),
    baggage: baggageOf(client, request, around),
  };
}

function wantsKey({ settings }: ClientFacts, { method }: OutgoingRequest, declared: boolean): boolean {
  switch (settings.keys) {
    case "never":
      return false;
    case "always":
      return true;
    case "when-unsafe":
      return !isIdempotentMethod(method);
    default:
      return declared && !isIdempotentMethod(method);
  }
}

/** A key that is sent because all are, or because this call was given one, says that the provider knows what to do with it. */
function keyDeclares({ settings }: ClientFacts, sendsKey: boolean, key: string | undefined): boolean {
  return sendsKey && (settings.keys !== "when-idempotent" || key !== undefined);
}

function traceOf(
  { settings, random }: ClientFacts,
  { headers }: OutgoingRequest,
  ambient: TraceContext | null,
): Pick<RequestFacts, "trace" | "traceGiven"> {
  const given = settings.trace === "leave" ? null : extractTrace(headers);
  if (given !== null) return { trace: given, traceGiven: true };
  if (settings.trace === "leave") return { trace: null, traceGiven: false };
  return {
    trace: ambient ?? (settings.trace === "start" ? newTraceContext(random) : null),
    traceGiven: false,
  };
}

function baggageOf(
  { settings: { baggage } }: ClientFacts,
  { headers }: OutgoingRequest,
  around: Surroundings,
): Baggage {
  if (baggage === "none" || extractBaggage(headers) !== "") return noBaggage;
  return chosenBaggage(around.baggage(), baggage);
}

/** Where an attempt stands in its trace: at the span that is made for it, else at one of its own below that of its call. */
function placeOf(
  { settings, random, spanOf }: ClientFacts,
  { trace, traceGiven }: RequestFacts,
  context: CallContext,
): TraceContext | null {
  const span = settings.trace === "leave" || traceGiven ? null : spanOf(context);
  return span ?? (trace === null ? null : childOf(trace, random));
}

/** The headers of one attempt. */
export function attemptHeaders(
  client: ClientFacts,
  facts: RequestFacts,
  context: CallContext,
): readonly HeaderChange[] {
  const { settings, attemptTimeoutMs } = client;
  const { keyHeader, deadlineHeader, deadlineMarginMs, attemptHeader } = settings;
  const { sendsKey, baggage } = facts;
  const changes: HeaderChange[] = [];
  const place = placeOf(client, facts, context);
  if (place !== null) {
    const { traceparent, tracestate = null } = traceHeaders(place);
    changes.push(["traceparent", traceparent], ["tracestate", tracestate]);
  }
  if (baggage !== "") changes.push(["baggage", baggage]);
  if (sendsKey) changes.push([keyHeader, context.idempotencyKey]);
  // Nobody waits for this attempt any longer than for the whole call, nor than for one attempt.
  const waitMs = Math.min(context.remainingMs(), attemptTimeoutMs);
  if (deadlineHeader !== null && waitMs !== Number.POSITIVE_INFINITY) {
    changes.push([deadlineHeader, formatDeadlineHeader(deadlineHeader, waitMs - deadlineMarginMs)]);
  }
  if (attemptHeader !== null) changes.push([attemptHeader, String(context.attempt)]);
  return changes;
}
