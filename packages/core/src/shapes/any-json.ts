import type { Path, Problem, Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions } from "./define.ts";
import { isMapping } from "./record.ts";

const depthMax = 64;

/** Any value that JSON can hold, passed on as it is; `null` included. */
export function anyJson(options: ShapeOptions<unknown>): Shape<unknown> {
  const expected = "a JSON value";
  return defineShape(options, {
    expected,
    schema: {},
    read(value, path, problems) {
      return isJson(value, path, problems, depthMax) ? value : undefined;
    },
  });
}

function isJson(value: unknown, path: Path, problems: Problem[], depth: number): boolean {
  if (depth === 0) {
    const expected = `a JSON value nested at most ${depthMax} deep`;
    problems.push(problemAt(path, value, "OUT_OF_RANGE", { expected, remedy: "Nest it less deep." }));
    return false;
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number" && Number.isFinite(value)) return true;
  if (Array.isArray(value)) {
    return value.map((item, index) => isJson(item, [...path, index], problems, depth - 1)).every(Boolean);
  }
  if (isMapping(value)) {
    return Object.entries(value)
      .map(([key, item]) => isJson(item, [...path, key], problems, depth - 1))
      .every(Boolean);
  }
  const expected = "a JSON value";
  const remedy = "Write a text, a finite number, true, false, null, a list or a mapping.";
  problems.push(problemAt(path, value, "WRONG_TYPE", { expected, remedy }));
  return false;
}
