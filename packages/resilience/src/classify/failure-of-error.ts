import type { Failure, FailureClass } from "../failure.ts";
import { failureOfCode } from "./code-of-error.ts";
import { failureOfCallError } from "./own-errors.ts";
import { readField, readNumber, readText } from "./read-field.ts";
import { failureOfResponseError } from "./status.ts";

/** What a protocol reads in one error, its causes left aside; `null` where it says nothing. */
export type Look = (error: unknown) => Failure | null;

/** A chain of causes is followed so far; an error with more above its cause is not made by a library. */
const depthMax = 10;
/** And in all so many errors are looked at, where one of them has several causes. */
const errorsMax = 64;

/**
 * What a thrown value says. The outermost error that says anything decides; of several causes side by side, the one that is the
 * least safe to send again after. `look` is asked before codes and statuses are.
 */
export function failureOfError(error: unknown, wallMs: () => number, look: Look = () => null): Failure {
  const atOne: Look = (one) =>
    failureOfCallError(one) ??
    failureOfAbort(one) ??
    look(one) ??
    failureOfResponseError(one, wallMs) ??
    failureOfCode(one) ??
    failureOfTimeout(one);
  return judge(error, atOne, new Set());
}

function judge(error: unknown, look: Look, seen: Set<unknown>): Failure {
  let at = error;
  let code: string | undefined;
  let ownFault = false;
  for (let depth = 0; depth < depthMax && isNews(at, seen); depth++) {
    seen.add(at);
    const found = ofMembers(at, look, seen) ?? look(at);
    if (found !== null) return found;
    code ??= readText(at, "code");
    ownFault ||= isProgrammingError(at);
    at = readField(at, "cause") ?? readField(at, "original");
  }
  const verdict = ownFault ? ({ class: "final", counts: false } as const) : unknownVerdict;
  return code === undefined ? verdict : { ...verdict, code };
}

/** Nobody knows what happened to the request: caution decides. */
const unknownVerdict: Failure = { class: "ambiguous", counts: true };

function isNews(error: unknown, seen: ReadonlySet<unknown>): boolean {
  return typeof error === "object" && error !== null && seen.size < errorsMax && !seen.has(error);
}

/** From the one that outweighs none to the one that outweighs all. */
const weights: readonly FailureClass[] = [
  "aborted",
  "rejected",
  "final",
  "unsent",
  "unavailable",
  "throttled",
  "ambiguous",
];

/** Of several attempts side by side (addresses of a host, `Promise.any`) one may have come through. */
function ofMembers(error: unknown, look: Look, seen: Set<unknown>): Failure | null {
  if (readText(error, "name") !== "AggregateError") return null;
  const members = readField(error, "errors");
  let heaviest: Failure | null = null;
  const length = Math.min(errorsMax, readNumber(members, "length") ?? 0);
  for (let index = 0; index < length; index++) {
    const member = readField(members, String(index));
    if (!isNews(member, seen)) continue;
    const failure = judge(member, look, seen);
    if (heaviest === null || weights.indexOf(failure.class) > weights.indexOf(heaviest.class))
      heaviest = failure;
  }
  return heaviest;
}

const abortNames: ReadonlySet<string> = new Set(["AbortError", "CanceledError", "CancelError"]);

/** An abort is the caller's, whatever stands behind it; only one that a timeout gave the signal for is that timeout. */
function failureOfAbort(error: unknown): Failure | null {
  if (!abortNames.has(readText(error, "name") ?? "")) return null;
  return failureOfTimeout(readField(error, "cause")) ?? { class: "aborted", counts: false };
}

function failureOfTimeout(error: unknown): Failure | null {
  if (readText(error, "name") !== "TimeoutError") return null;
  return { class: "ambiguous", counts: true, word: "timeout" };
}

const programmingErrors: ReadonlySet<string> = new Set([
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
]);

/** The words in which implementations of `fetch` hide a broken connection in a TypeError. */
const fetchMessages: ReadonlySet<string> = new Set([
  "fetch failed",
  "terminated",
  "Failed to fetch",
  "Load failed",
  "network error",
  "NetworkError when attempting to fetch resource.",
]);

function isProgrammingError(error: unknown): boolean {
  if (!programmingErrors.has(readText(error, "name") ?? "")) return false;
  return !fetchMessages.has(readText(error, "message") ?? "");
}
