import type { Path, Problem, Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions } from "./define.ts";
import type { ValueOf } from "./object.ts";

/**
 * The first of several shapes that fits. When none does, the problems told are those of the shape that the value comes
 * closest to: the one that accepts its type and finds the least wrong inside.
 */
export function oneOf<const Shapes extends readonly Shape<unknown>[]>(
  shapes: Shapes,
  options: ShapeOptions<ValueOf<Shapes[number]>> & { readonly expected?: string },
): Shape<ValueOf<Shapes[number]>> {
  const { expected = shapes.map((shape) => shape.expected).join(", or ") } = options;
  return defineShape(options, {
    expected,
    schema: { anyOf: shapes.map((shape) => shape.schema) },
    read(value, path, problems) {
      const attempts = shapes.map((shape) => attempt(shape, value, path));
      const fitting = attempts.find(({ wrong }) => wrong.length === 0);
      if (fitting !== undefined) return fitting.read as ValueOf<Shapes[number]>;

      const near = attempts
        .filter(({ wrong }) => wrong.every((problem) => !isAbout(problem, path, "WRONG_TYPE")))
        .sort((a, b) => a.wrong.length - b.wrong.length)[0];
      if (near === undefined) {
        problems.push(problemAt(path, value, "WRONG_TYPE", { expected, remedy: `Write ${expected}.` }));
      } else {
        problems.push(...near.wrong);
      }
      return undefined;
    },
  });
}

function attempt(shape: Shape<unknown>, value: unknown, path: Path): { read: unknown; wrong: Problem[] } {
  const wrong: Problem[] = [];
  return { read: shape.read(value, path, wrong), wrong };
}

function isAbout(problem: Problem, path: Path, code: string): boolean {
  return problem.code === code && problem.path.length === path.length;
}
