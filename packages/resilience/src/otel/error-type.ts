import { readText } from "../classify/read-field.ts";
import type { Failure } from "../failure.ts";

/** What a name must look like to be one of few: an identifier, neither a sentence nor a number that grows. */
const name = /^[A-Za-z][A-Za-z0-9_.:/-]{0,63}$/;
const sqlState = /^[0-9A-Z]{5}$/;

/** What nobody can tell an error by. */
const saysNothing: ReadonlySet<string> = new Set(["Error", "AggregateError", "ResilienceError"]);

/** The `error.type` of a failed attempt: a status, a code, the name of an error, or at least the class of the failure. */
export function errorTypeOf(failure: Failure, error: unknown): string {
  const { status, code, word } = failure;
  if (status !== undefined) return String(status);
  if (code !== undefined && (name.test(code) || sqlState.test(code))) return code;
  if (word !== undefined) return word;
  const called = readText(error, "name") ?? "";
  return name.test(called) && !saysNothing.has(called) ? called : failure.class;
}
