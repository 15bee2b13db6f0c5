import type { Shape } from "../shape.ts";
import type { NotationOptions } from "../shapes/notations.ts";
import { text } from "../shapes/text.ts";

/** Makes the shape of a duration: whether bare numbers are taken is decided once for a whole document. */
export type Time = (options: NotationOptions) => Shape<number>;

/** The least ratio that a rate may be: one of nothing would be reached by no call at all. */
export const leastRate = 0.0001;

/** The shape of a `key`: the binding that parts the state of `what`, so that calls of different keys share nothing. */
export function keyShape(what: string): Shape<string> {
  return text({
    doc: leftOut(
      `The binding that parts it, such as host: each key has a ${what} of its own.`,
      "one for all calls",
    ),
  });
}

/** The doc of a field with what the runtime takes in its place. */
export function leftOut(doc: string, standard: string | number | boolean): string {
  return `${doc} Left out: ${standard}.`;
}

/** The entries that are declared: `undefined` ones are left out, as exact optional properties demand. */
export function given<T extends object>(
  entries: T,
): { readonly [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
