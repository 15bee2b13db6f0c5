import { answerClasses } from "./answers.ts";
import { consequenceClasses } from "./consequences.ts";
import type { FailureClass } from "./failure-class.ts";
import { networkClasses } from "./network.ts";
import { ownClasses } from "./own-side.ts";

/** Every class; where the words of several match, the first counts. */
export const failureClasses: readonly FailureClass[] = [
  ...ownClasses,
  ...networkClasses,
  ...answerClasses,
  ...consequenceClasses,
];

const byId: ReadonlyMap<string, FailureClass> = new Map(failureClasses.map((one) => [one.id, one]));

/** The class of this id; the unknown one for a stranger. */
export function classOf(id: string): FailureClass {
  return byId.get(id) ?? unknownClass;
}

const unknownClass = failureClasses.at(-1) as FailureClass;

/** The class of a status of HTTP; narrow ranges before wide ones. */
export function classOfStatus(status: number): FailureClass | null {
  let found: FailureClass | null = null;
  let width = Number.POSITIVE_INFINITY;
  for (const one of failureClasses)
    for (const [least, most] of one.statuses)
      if (status >= least && status <= most && most - least < width) {
        found = one;
        width = most - least;
      }
  return found;
}

/** What was recognised before: codes and messages repeat by the thousand. */
const seen = new Map<string, FailureClass | null>();
const seenMax = 2_000;

/** The class that a code or a message is of. */
export function classOfWords(text: string): FailureClass | null {
  const short = text.length > 600 ? text.slice(0, 600) : text;
  const before = seen.get(short);
  if (before !== undefined) return before;
  const found = failureClasses.find(({ words }) => words?.test(short) === true) ?? null;
  if (seen.size < seenMax && short.length < 120) seen.set(` ${short}`.slice(1), found);
  return found;
}
