import type { ErrorCode } from "../errors.ts";
import { type Failure, failureClasses } from "../failure.ts";
import type { CodeVerdict } from "./codes.ts";
import { readField, readNumber, readText } from "./read-field.ts";

const rejected: CodeVerdict = { class: "rejected", counts: false };
const timeout: CodeVerdict = { class: "ambiguous", counts: true, word: "timeout" };

/** What the errors of a protected call say where it is made inside another one; `null`: what its function failed with says it. */
const verdicts: Readonly<Record<ErrorCode, CodeVerdict | null>> = {
  TIMEOUT_TOTAL: timeout,
  TIMEOUT_ATTEMPT: timeout,
  TIMEOUT_QUEUE: rejected,
  ABORTED: { class: "aborted", counts: false },
  OPEN: rejected,
  FULL: rejected,
  RATE: rejected,
  BUDGET: rejected,
  EXHAUSTED: null,
  FAILED: null,
  FALLBACK_FAILED: null,
  DISPOSED: { class: "final", counts: false },
};
const byCode: ReadonlyMap<string, CodeVerdict | null> = new Map(Object.entries(verdicts));

/** What an error of a protected call says; `null` where the error is none, or leaves it to its cause. */
export function failureOfCallError(error: unknown): Failure | null {
  if (readText(error, "name") !== "ResilienceError") return null;
  const code = readText(error, "code") ?? "";
  const verdict = byCode.get(code);
  if (verdict === undefined) return null;
  if (verdict === null) return code === "FALLBACK_FAILED" ? null : failureIn(readField(error, "failure"));
  const retryAfterMs = readNumber(error, "retryAfterMs");
  return { ...verdict, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** A value as the failure that it is, `null` where it is none. */
export function failureIn(value: unknown): Failure | null {
  const named = readText(value, "class");
  const isFailure =
    failureClasses.some((one) => one === named) && typeof readField(value, "counts") === "boolean";
  return isFailure ? (value as Failure) : null;
}
