import { nearest } from "../nearest.ts";
import type { Shape } from "../shape.ts";
import { defineShape, problemAt, type ShapeOptions } from "./define.ts";

/** One of a list of words; a word that is none of them is answered with the nearest. */
export function choice<const Word extends string>(
  words: readonly Word[],
  options: ShapeOptions<Word>,
): Shape<Word> {
  const expected = words.length === 1 ? `${words[0]}` : `one of ${words.join(", ")}`;
  return defineShape(options, {
    expected,
    schema: { enum: [...words] },
    read(value, path, problems) {
      const word = words.find((candidate) => candidate === value);
      if (word !== undefined) return word;
      const near = typeof value === "string" ? nearest(value, words) : undefined;
      const remedy = near === undefined ? `Write ${expected}.` : `Did you mean ${near}?`;
      const code = typeof value === "string" ? "UNKNOWN_VALUE" : "WRONG_TYPE";
      problems.push(problemAt(path, value, code, { expected, remedy }));
      return undefined;
    },
  });
}
