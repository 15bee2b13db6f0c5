import type { Problem, Shape } from "../shape.ts";

/** Reads a whole value by its shape: the value, or everything that is wrong with it. */
export function readShape<T>(
  shape: Shape<T>,
  value: unknown,
): { readonly value: T } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = shape.read(value, [], problems);
  return problems.length > 0 || read === undefined ? { problems } : { value: read };
}
