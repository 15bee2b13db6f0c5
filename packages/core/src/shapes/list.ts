import type { Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions, wrongType } from "./define.ts";

/** Settings of a `list` shape. */
export interface ListOptions<T> extends ShapeOptions<readonly T[]> {
  readonly min?: number;
}

/** A list whose entries all have one shape. */
export function list<T>(entry: Shape<T>, options: ListOptions<T>): Shape<readonly T[]> {
  const { min = 0 } = options;
  const expected = `a list, each entry ${entry.expected}`;
  return defineShape(options, {
    expected,
    schema: { type: "array", items: entry.schema, ...(min > 0 ? { minItems: min } : {}) },
    read(value, path, problems) {
      if (!Array.isArray(value)) {
        problems.push(wrongType(path, value, expected));
        return undefined;
      }
      if (value.length < min) {
        const told = { expected: `${expected}, at least ${min}`, remedy: `Add entries: at least ${min}.` };
        problems.push(problemAt(path, value, "OUT_OF_RANGE", told));
      }
      const before = problems.length;
      const entries = value.map((item, index) => entry.read(item, [...path, index], problems));
      return problems.length > before ? undefined : (entries as T[]);
    },
  });
}
