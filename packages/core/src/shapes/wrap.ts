import type { Path, Problem, Shape } from "../shape.ts";

/** A shape whose key may be absent. */
export type OptionalShape<T> = Shape<T> & { readonly optional: true };

/** The same shape, but its key may be absent. */
export function optional<S extends Shape<unknown>>(shape: S): S & { readonly optional: true } {
  return { ...shape, optional: true };
}

/** The same shape with a further rule on values that are right by themselves. */
export function refine<T>(
  shape: Shape<T>,
  rule: (value: T, path: Path, problems: Problem[]) => void,
): Shape<T> {
  return {
    ...shape,
    read(value, path, problems) {
      const before = problems.length;
      const read = shape.read(value, path, problems);
      if (read !== undefined && problems.length === before) rule(read, path, problems);
      return problems.length > before ? undefined : read;
    },
  };
}

/** The same shape with its value turned into something else once it is right. */
export function mapped<T, U>(shape: Shape<T>, turn: (value: T) => U): Shape<U> {
  const { default: fallback, ...rest } = shape;
  return {
    ...rest,
    ...(fallback === undefined ? {} : { default: turn(fallback) }),
    read(value, path, problems) {
      const read = shape.read(value, path, problems);
      return read === undefined ? undefined : turn(read);
    },
  };
}
