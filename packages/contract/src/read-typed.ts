import { isMapping, type Path, type Problem, type Shape } from "@holdfast/core";
import type { Resolved } from "./environment.ts";

/**
 * Reads a document whose environment is filled in. What comes from the environment is always text; where a number or a flag
 * belongs, it is read as one.
 */
export function readTyped<T>(
  shape: Shape<T>,
  { value, written }: Pick<Resolved, "value" | "written">,
  problems: Problem[],
): T | undefined {
  const first: Problem[] = [];
  const read = shape.read(value, [], first);
  const mistyped = first.filter(
    ({ code, path }) => code === "WRONG_TYPE" && written.has(JSON.stringify(path)),
  );
  if (mistyped.length === 0) {
    problems.push(...first);
    return read;
  }
  const retyped = mistyped.reduce((document, { path }) => retypeAt(document, path), value);
  return shape.read(retyped, [], problems);
}

function retypeAt(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return retype(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? retypeAt(item, rest) : item));
  }
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === step ? retypeAt(item, rest) : item]),
  );
}

function retype(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return value === "true" ? true : value === "false" ? false : value;
}
