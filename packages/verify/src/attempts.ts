import type { Operation } from "@holdfast/contract";
import type { Attempt, ObservedCall, Target } from "./model.ts";

/** When the fault was done with an attempt: from here its consumer could know. */
export function faultEndMs(attempt: Attempt): number {
  return (
    attempt.faultCompleteMs ??
    attempt.response?.completeMs ??
    attempt.consumerClosed?.atMs ??
    attempt.firedMs ??
    attempt.arrivedMs
  );
}

/** The waits between the attempts of a call: end of one fault to arrival of the next attempt. Never below zero. */
export function gapsOf(attempts: readonly Attempt[]): number[] {
  return attempts.slice(1).map((next, index) => {
    const before = attempts[index];
    return before === undefined ? 0 : Math.max(0, next.arrivedMs - faultEndMs(before));
  });
}

/** Attempts whose fault really took hold. */
export function firedIn(calls: readonly ObservedCall[]): number {
  return calls.reduce((total, call) => total + call.attempts.filter((one) => one.firedMs !== null).length, 0);
}

/** From which moment an attempt waits for its answer: the request is received whole. */
export function waitingSinceMs(attempt: Attempt): number {
  return attempt.requestCompleteMs ?? attempt.arrivedMs;
}

/**
 * When the consumer gave an unanswered attempt up: it closed its side, sent the next attempt, or its caller had an answer,
 * whichever came first. `null`: not seen.
 */
export function givenUpMs(call: ObservedCall, attempt: Attempt): number | null {
  const since = waitingSinceMs(attempt);
  const next = call.attempts.find((one) => one.number > attempt.number)?.arrivedMs;
  const seen = [attempt.consumerClosed?.atMs, next, call.endedMs].filter(
    (at): at is number => typeof at === "number" && at >= since,
  );
  return seen.length === 0 ? null : Math.min(...seen);
}

/** Byte-identical, on a fault without any response byte, and sooner than an application would: a transport's own replay. */
export function looksReplayed(before: Attempt, next: Attempt, withinMs: number = replayWithinMs): boolean {
  if (before.response !== null || before.request.digest !== next.request.digest) return false;
  return next.arrivedMs - faultEndMs(before) <= withinMs;
}

/** Transports replay within this time (seen: 0.2 to 32 ms). */
export const replayWithinMs = 32;

/** The attempts of a call without the replays that its transport added. */
export function withoutReplays(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter((attempt, index) => {
    const before = attempts[index - 1];
    return before === undefined || !looksReplayed(before, attempt);
  });
}

/** The value of a request header, by its lower-case name. */
export function headerOf(attempt: Attempt, name: string): string | null {
  return attempt.request.headers.find(([one]) => one === name)?.[1] ?? null;
}

/** Header names that carry an idempotency key (the IETF draft's list of implementations, and whatever says so itself). */
const keyHeader =
  /idempoten|^paypal-request-id$|^x-unique-transaction-id$|^x-payout-idempotency$|^request-token$/;
/** Body fields that carry one, where the recorder keeps them. */
const keyPointers = ["/idempotency_key", "/idempotencyKey", "/idempotency-key"];

/** An idempotency key as found on an attempt. */
export interface FoundKey {
  /** `idempotency-key` or `body /idempotency_key`. */
  readonly name: string;
  readonly value: string;
}

/** The key of an attempt: where the contract says it stands, else where keys are known to stand. */
export function keyOf(attempt: Attempt, operation: Operation): FoundKey | null {
  if (operation.idempotencyKey !== null) return keyAt(attempt, operation.idempotencyKey);
  const header = attempt.request.headers.find(([name]) => keyHeader.test(name));
  if (header) return { name: header[0], value: header[1] };
  for (const pointer of keyPointers) {
    const found = keyAt(attempt, pointer);
    if (found) return found;
  }
  return null;
}

function keyAt(attempt: Attempt, place: string): FoundKey | null {
  const value = place.startsWith("/")
    ? attempt.request.fields[place]
    : headerOf(attempt, place.toLowerCase());
  if (value === undefined || value === null || value === "") return null;
  return { name: place.startsWith("/") ? `body ${place}` : place.toLowerCase(), value };
}

/** Whether every attempt of a call carries one and the same key. */
export function hasStableKey(attempts: readonly Attempt[], operation: Operation): boolean {
  const keys = attempts.map((attempt) => keyOf(attempt, operation)?.value ?? null);
  return keys.length > 0 && keys[0] !== null && keys.every((key) => key === keys[0]);
}

/** The method of an operation: declared, else as first seen on the wire. */
export function methodOf(target: Target, calls: readonly ObservedCall[]): string | null {
  const declared = target.operation.request?.method;
  return declared ?? calls.flatMap((call) => call.attempts)[0]?.request.method ?? null;
}

/** Methods that ask for no effect. */
export function isSafe(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS", "TRACE"].includes(method.toUpperCase());
}

/** Whether sending twice has the effect of sending once, by method or by declaration. */
export function isIdempotent(method: string, target: Target): boolean {
  return (
    isSafe(method) ||
    ["PUT", "DELETE"].includes(method.toUpperCase()) ||
    target.integration.policy.idempotent === true
  );
}
