import type { Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions, wrongType } from "./define.ts";

/** Settings of `integer` and `number` shapes; both bounds are included. */
export interface NumberOptions extends ShapeOptions<number> {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number between `min` and `max`. */
export function integer(options: NumberOptions): Shape<number> {
  return numeric(options, "a whole number", "integer", Number.isSafeInteger);
}

/** A finite number between `min` and `max`. */
export function number(options: NumberOptions): Shape<number> {
  return numeric(options, "a number", "number", Number.isFinite);
}

function numeric(
  options: NumberOptions,
  noun: string,
  type: "integer" | "number",
  belongs: (value: number) => boolean,
): Shape<number> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  const expected = min === max ? String(min) : `${noun}${bounds(min, max)}`;
  return defineShape(options, {
    expected,
    schema: {
      type,
      ...(Number.isFinite(min) ? { minimum: min } : {}),
      ...(Number.isFinite(max) ? { maximum: max } : {}),
    },
    read(value, path, problems) {
      if (typeof value !== "number" || !belongs(value)) {
        problems.push(wrongType(path, value, expected));
        return undefined;
      }
      if (value < min || value > max) {
        problems.push(problemAt(path, value, "OUT_OF_RANGE", { expected, remedy: `Write ${expected}.` }));
        return undefined;
      }
      return value;
    },
  });
}

function bounds(min: number, max: number): string {
  if (Number.isFinite(min) && Number.isFinite(max)) return ` from ${min} to ${max}`;
  if (Number.isFinite(min)) return ` from ${min}`;
  return Number.isFinite(max) ? ` up to ${max}` : "";
}
