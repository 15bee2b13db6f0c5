import type { Random } from "./random.ts";
import { seededRandom } from "./seeded-random.ts";

/** A fresh seed for a run, short enough to type: from 1 to 2^31−1. */
export function freshSeed(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return (word % (2 ** 31 - 1)) + 1;
}

/** Words asked of the operating system at once: one request costs as much as some two hundred words. */
const words = new Uint32Array(1_024);
let used = words.length;

function next32(): number {
  if (used === words.length) {
    crypto.getRandomValues(words);
    used = 0;
  }
  return words[used++] as number;
}

const next = (): number => ((next32() >>> 5) * 2 ** 26 + (next32() >>> 6)) / 2 ** 53;

/**
 * The system's randomness, for what must not repeat or be guessed: ids, keys, and the waits of many processes that started
 * together. Only what is forked from it has a seed.
 */
export const systemRandom: Random = {
  next,
  between: (lo, hi) => lo + next() * (hi - lo),
  integer: (lo, hi) => lo + Math.floor(next() * (hi - lo + 1)),
  pick: (values) => values[Math.floor(next() * values.length)] as (typeof values)[number],
  fork: (label) => seededRandom(freshSeed()).fork(label),
};
