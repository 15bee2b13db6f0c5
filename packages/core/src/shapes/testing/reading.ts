import assert from "node:assert/strict";
import { type Problem, readShape, type Shape } from "../../index.ts";

/** The sentence that every shape of a test carries. */
export const doc = "For the test.";

/** The problems of a value that must not be accepted. */
export function wrong(shape: Shape<unknown>, value: unknown): readonly Problem[] {
  const read = readShape(shape, value);
  assert.ok("problems" in read, "it must not be accepted");
  return read.problems;
}

/** What an accepted value is read as. */
export function value<T>(shape: Shape<T>, given: unknown): T {
  const read = readShape(shape, given);
  assert.ok("value" in read, "problems" in read ? JSON.stringify(read.problems) : "");
  return read.value;
}

/** Problems as short texts: code and path. */
export function codes(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code, path }) => [code, ...path].join(" "));
}
