import type { Classifier, Failure } from "../failure.ts";
import type { CodeVerdict } from "./codes.ts";
import { failureOfError } from "./failure-of-error.ts";
import { readField, readText } from "./read-field.ts";
import { askedWait } from "./status.ts";

const refusedForGood: CodeVerdict = { class: "final", counts: false };
const broken: CodeVerdict = { class: "final", counts: true };
const unknown: CodeVerdict = { class: "ambiguous", counts: true };

/** The status codes in their order, from 0. Which of them blame the provider follows the HTTP statuses that they map to. */
const statuses: readonly (readonly [name: string, verdict: CodeVerdict | null])[] = [
  ["OK", null],
  ["CANCELLED", { class: "aborted", counts: false }],
  ["UNKNOWN", unknown],
  ["INVALID_ARGUMENT", refusedForGood],
  ["DEADLINE_EXCEEDED", { class: "ambiguous", counts: true, word: "timeout" }],
  ["NOT_FOUND", refusedForGood],
  ["ALREADY_EXISTS", refusedForGood],
  ["PERMISSION_DENIED", refusedForGood],
  ["RESOURCE_EXHAUSTED", { class: "throttled", counts: true }],
  ["FAILED_PRECONDITION", refusedForGood],
  // Calls that got in each other's way: nothing is wrong with the provider, and not every service undoes what it began.
  ["ABORTED", { class: "ambiguous", counts: false }],
  ["OUT_OF_RANGE", refusedForGood],
  ["UNIMPLEMENTED", broken],
  ["INTERNAL", unknown],
  // Also what a client library makes of a connection that breaks in the middle of a call, so nothing is known here either.
  ["UNAVAILABLE", unknown],
  ["DATA_LOSS", broken],
  ["UNAUTHENTICATED", refusedForGood],
];
const numbers: ReadonlyMap<string, number> = new Map([
  ...statuses.map(([name], number) => [name, number] as const),
  ["CANCELED", 1],
]);

/** Judges errors of gRPC and Connect clients by their status code, others by what they say; every answer is a success. */
export const grpc: Classifier = (end) =>
  end.threw ? failureOfError(end.error, end.wallMs, (error) => failureOfGrpc(error, end.wallMs)) : null;

/** What the gRPC status of an error says, with the pushback that came with it. */
function failureOfGrpc(error: unknown, wallMs: () => number): Failure | null {
  const carried = readField(error, "code");
  const number = typeof carried === "string" ? numbers.get(carried.toUpperCase()) : carried;
  const [code, verdict] = (typeof number === "number" ? statuses[number] : undefined) ?? [];
  if (code === undefined || !verdict) return null;
  if (verdict.class === "final" || verdict.class === "aborted") return { ...verdict, code };
  if (code === "UNAVAILABLE" && wasNeverSent(error)) {
    return { class: "unsent", counts: true, word: "connect-failure", code };
  }
  const retryAfterMs = askedWait(readField(error, "metadata"), wallMs);
  // A provider that names a wait has turned the call away itself: the twin of 503 with Retry-After.
  const turnedAway = code === "UNAVAILABLE" && retryAfterMs !== null;
  return { ...verdict, ...(turnedAway ? { class: "throttled" } : {}), code, retryAfterMs };
}

/** How grpc-js begins its details where no connection took the call. */
const neverSent = ["No connection established", "Name resolution failed"] as const;

function wasNeverSent(error: unknown): boolean {
  const details = readText(error, "details") ?? "";
  return neverSent.some((beginning) => details.startsWith(beginning));
}
