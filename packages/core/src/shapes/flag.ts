import type { Shape } from "../shape.ts";
import { defineShape, type ShapeOptions, wrongType } from "./define.ts";

/** `true` or `false`. */
export function flag(options: ShapeOptions<boolean>): Shape<boolean> {
  const expected = "true or false";
  return defineShape(options, {
    expected,
    schema: { type: "boolean" },
    read(value, path, problems) {
      if (typeof value === "boolean") return value;
      problems.push(wrongType(path, value, expected));
      return undefined;
    },
  });
}
