import type { Path, Problem, Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions, wrongType } from "./define.ts";

/** Settings of a `text` shape. */
export interface TextOptions extends ShapeOptions<string> {
  /** What the text must match, and how to say so in "expected …". */
  readonly pattern?: RegExp;
  readonly expected?: string;
  /** Allows the empty text; default no. */
  readonly empty?: boolean;
}

/** A text, by default not empty; numbers and flags are not taken for text. */
export function text(options: TextOptions): Shape<string> {
  const { pattern, expected = "a text", empty = false } = options;
  return defineShape(options, {
    expected,
    schema: {
      type: "string",
      ...(empty ? {} : { minLength: 1 }),
      ...(pattern === undefined ? {} : { pattern: pattern.source }),
    },
    read(value, path, problems) {
      const problem =
        typeof value === "string"
          ? formatProblem(value, path, { pattern, expected, empty })
          : typeProblem(value, path, expected, pattern === undefined);
      if (problem === null) return value as string;
      problems.push(problem);
      return undefined;
    },
  });
}

function typeProblem(value: unknown, path: Path, expected: string, free: boolean): Problem {
  if (free && (typeof value === "number" || typeof value === "boolean")) {
    return problemAt(path, value, "WRONG_TYPE", { expected, remedy: `Put it in quotes: "${value}".` });
  }
  return wrongType(path, value, expected);
}

function formatProblem(
  value: string,
  path: Path,
  rule: { readonly pattern: RegExp | undefined; readonly expected: string; readonly empty: boolean },
): Problem | null {
  const blank = value.trim() === "" && !rule.empty;
  if (!blank && rule.pattern?.test(value) !== false) return null;
  return problemAt(path, value, "BAD_FORMAT", { expected: rule.expected, remedy: `Write ${rule.expected}.` });
}
