import { readText } from "../classify/read-field.ts";
import { type CallError, isCallError } from "../errors.ts";
import type { AttemptEnded, CallEnded, ResilienceEvent } from "../events.ts";
import type { Failure } from "../failure.ts";
import { safeText } from "./safe-text.ts";

/** Flat fields of a structured log. What is not known is left out. */
export interface LogFields {
  /** What happened, where it is told of an event: `retry.waiting`, `call.ended`, … */
  readonly event?: ResilienceEvent["type"];
  readonly policy?: string;
  readonly key?: string;
  /** The code of the call's error. */
  readonly code?: string;
  /** How many attempts the call has made. */
  readonly attempts?: number;
  /** Which attempt this is about, from 1. */
  readonly attempt?: number;
  readonly elapsed_ms?: number;
  /** How long the next attempt waits. */
  readonly wait_ms?: number;
  /** When it is worth to come back. */
  readonly retry_after_ms?: number;
  readonly failure_class?: string;
  /** The status of HTTP that the provider answered with. */
  readonly status?: number;
  /** What the failure was recognised by: `ECONNRESET`, `40001`, `timeout`, … */
  readonly error_code?: string;
  /** The message of what the function failed with, short and without bodies, headers, queries and quoted values. */
  readonly cause?: string;
  /** A fallback answered. */
  readonly fallback?: boolean;
  /** States of a circuit. */
  readonly from?: string;
  readonly to?: string;
  /** The trace of the request in which the call was made; `trace.id` by the names of ECS. */
  readonly trace_id?: string;
  readonly "trace.id"?: string;
  /** Entries of the baggage that were asked for. */
  readonly [entry: `baggage.${string}`]: string;
}

const eventTypes: ReadonlySet<string> = new Set<ResilienceEvent["type"]>([
  "attempt.started",
  "attempt.ended",
  "retry.waiting",
  "call.ended",
  "breaker.changed",
]);

/**
 * The fields by which a log line tells an event, the error of a call, or any other error. They hold neither the arguments of a call nor
 * its answer, and of messages only what is safe.
 */
export function logFields(subject: unknown): LogFields {
  if (isEvent(subject)) return eventFields(subject);
  if (isCallError(subject)) return { policy: subject.policy, ...callErrorFields(subject) };
  const code = readText(subject, "code");
  return defined({ error_code: code === undefined ? undefined : safeText(code), cause: causeText(subject) });
}

function isEvent(subject: unknown): subject is ResilienceEvent {
  return eventTypes.has(readText(subject, "type") ?? "") && readText(subject, "policy") !== undefined;
}

function eventFields(event: ResilienceEvent): LogFields {
  const { type, policy, key } = event;
  const told = { event: type, policy, key: key === "" ? undefined : key.replaceAll("\u0000", ", ") };
  switch (event.type) {
    case "attempt.started":
      return defined({ ...told, attempt: event.attempt });
    case "attempt.ended":
      return defined({ ...told, attempt: event.attempt, ...attemptEndFields(event) });
    case "retry.waiting": {
      const { attempt, waitMs, failure } = event;
      return defined({ ...told, attempt, wait_ms: Math.round(waitMs), ...failureFields(failure) });
    }
    case "breaker.changed":
      return defined({ ...told, from: event.from, to: event.to });
    default:
      return defined({ ...told, ...callEndFields(event) });
  }
}

function attemptEndFields({ failure, error }: AttemptEnded): LogFields {
  return failure === null ? {} : defined({ ...failureFields(failure), cause: causeText(error) });
}

function callEndFields({ attempts, elapsedMs, fallback, error }: CallEnded): LogFields {
  const known = error === undefined ? {} : callErrorFields(error);
  return defined({
    ...known,
    attempts,
    elapsed_ms: Math.round(elapsedMs),
    fallback: fallback ? true : undefined,
  });
}

function callErrorFields(error: CallError): LogFields {
  const { code, attempts, elapsedMs, failure, cause } = error;
  return defined({
    code,
    attempts,
    elapsed_ms: Math.round(elapsedMs),
    ...(failure === undefined ? {} : failureFields(failure)),
    // That of the error outweighs that of the failure: it counts down while a circuit is open.
    ...finite(error.retryAfterMs),
    cause: causeText(cause),
  });
}

function failureFields({ class: failure_class, status, code, word, retryAfterMs }: Failure): LogFields {
  const recognised = code ?? word;
  return defined({
    failure_class,
    status,
    error_code: recognised === undefined ? undefined : safeText(recognised),
    ...finite(retryAfterMs),
  });
}

/** JSON has no infinity, and “never” is what the failure's class and the end of the call tell. */
function finite(retryAfterMs: number | null | undefined): LogFields {
  return Number.isFinite(retryAfterMs) ? { retry_after_ms: Math.ceil(retryAfterMs ?? 0) } : {};
}

/** Only errors and plain texts have a message: an answer that was taken for a failure may have a field of that name. */
function causeText(cause: unknown): string | undefined {
  if (typeof cause === "string") return safeText(cause);
  const message = isError(cause) ? readText(cause, "message") : undefined;
  if (message === undefined) return undefined;
  const name = readText(cause, "name") ?? "Error";
  return name === "ResilienceError" ? safeText(message) : `${safeText(name)}: ${safeText(message)}`;
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    // A revoked proxy cannot even be asked.
    return false;
  }
}

/** The fields that have a value. */
function defined(fields: { readonly [Name in keyof LogFields]: LogFields[Name] | undefined }): LogFields {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as LogFields;
}
