import { describeFound } from "../found.ts";
import type { JsonSchema, Path, Problem, Shape } from "../shape.ts";

/** What every constructor of shapes takes. */
export interface ShapeOptions<T> {
  /** One sentence for the reference. */
  readonly doc: string;
  /** The value when the key is absent; without it the key is required unless wrapped in `optional`. */
  readonly default?: T;
}

/** Builds a shape from its options and its own three parts; for shapes that no constructor here covers. */
export function defineShape<T>(
  options: ShapeOptions<T>,
  parts: { readonly expected: string; readonly schema: JsonSchema; readonly read: Shape<T>["read"] },
): Shape<T> {
  const annotations = {
    ...(options.doc === "" ? {} : { description: options.doc }),
    ...(options.default === undefined ? {} : { default: options.default }),
  };
  return {
    doc: options.doc,
    expected: parts.expected,
    schema: { ...parts.schema, ...annotations },
    read: parts.read,
    ...(options.default === undefined ? {} : { default: options.default }),
  };
}

/** A problem about the value that stands at `path`. */
export function problemAt(
  path: Path,
  value: unknown,
  code: string,
  told: { readonly expected: string; readonly remedy: string },
): Problem {
  return { code, path, found: describeFound(value), expected: told.expected, remedy: told.remedy };
}

/** The problem of a value of the wrong type, `nothing` included. */
export function wrongType(path: Path, value: unknown, expected: string): Problem {
  const nothing = value === undefined || value === null;
  const remedy = nothing ? `Write ${expected} here, or remove the key.` : `Write ${expected}.`;
  return problemAt(path, value, "WRONG_TYPE", { expected, remedy });
}
