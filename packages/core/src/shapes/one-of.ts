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

      problems.push(
        ...nearestProblems(
          attempts.map(({ wrong }) => wrong),
          value,
          path,
          expected,
        ),
      );
      return undefined;
    },
  });
}

/** The problems of the shapes that the value's type fits: those with the fewest, told as one when they are about the same. */
function nearestProblems(
  wrong: readonly Problem[][],
  value: unknown,
  path: Path,
  expected: string,
): readonly Problem[] {
  const fitting = wrong.filter((each) => each.every((problem) => !isAbout(problem, path, "WRONG_TYPE")));
  const fewest = Math.min(...fitting.map((each) => each.length));
  const nearest = fitting.filter((each) => each.length === fewest);
  const [first] = nearest;
  if (first === undefined) {
    return [problemAt(path, value, "WRONG_TYPE", { expected, remedy: `Write ${expected}.` })];
  }
  const whole = nearest.map((each) => each[0]).filter((problem) => problem?.path.length === path.length);
  if (whole.length < 2) return first;
  const meant = whole.find((problem) => problem?.remedy.startsWith("Did you mean"));
  const code = whole.some((problem) => problem?.code !== whole[0]?.code) ? "BAD_FORMAT" : whole[0]?.code;
  return [
    problemAt(path, value, code ?? "BAD_FORMAT", { expected, remedy: meant?.remedy ?? `Write ${expected}.` }),
  ];
}

function attempt(shape: Shape<unknown>, value: unknown, path: Path): { read: unknown; wrong: Problem[] } {
  const wrong: Problem[] = [];
  return { read: shape.read(value, path, wrong), wrong };
}

function isAbout(problem: Problem, path: Path, code: string): boolean {
  return problem.code === code && problem.path.length === path.length;
}
