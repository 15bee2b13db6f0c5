import { invariant } from "./errors.ts";
import type { Random } from "./random.ts";

type Words = readonly [number, number, number, number];

/**
 * A `Random` from a whole number: xoshiro128** 1.1 by Blackman and Vigna (public domain, prng.di.unimi.it), its state filled
 * by a 32-bit splitmix as its authors advise. Not for secrets.
 */
export function seededRandom(seed: number): Random {
  invariant(Number.isSafeInteger(seed) && seed >= 0, "seededRandom: the seed is a whole number from 0");
  return generator(fill([seed >>> 0, Math.floor(seed / 2 ** 32)]));
}

function generator(origin: Words): Random {
  let [a, b, c, d] = origin;
  const next32 = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const next = (): number => {
    const high = next32() >>> 5;
    const low = next32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
  return {
    next,
    between: (lo, hi) => lo + next() * (hi - lo),
    integer(lo, hi) {
      invariant(
        Number.isSafeInteger(lo) && Number.isSafeInteger(hi) && lo <= hi,
        "integer: lo ≤ hi, both whole",
      );
      return lo + Math.floor(next() * (hi - lo + 1));
    },
    pick(values) {
      invariant(values.length > 0, "pick: at least one value");
      return values[Math.floor(next() * values.length)] as (typeof values)[number];
    },
    fork: (label) => generator(fill([...origin, ...codeUnits(label)])),
  };
}

/** Four words that depend on every word of the key and on their order. */
function fill(key: readonly number[]): Words {
  let state = 0x9e3779b9;
  for (const word of key) state = splitmix(state ^ word);
  state = splitmix(state ^ key.length);
  const words: number[] = [];
  for (let index = 0; index < 4; index++) {
    let word = 0;
    // Each word takes in the key on its own, so that two keys agree in all 128 bits only by a 128-bit coincidence.
    for (const part of key) word = splitmix(word ^ part ^ Math.imul(index + 1, 0x85ebca6b));
    state = (state + 0x9e3779b9) >>> 0;
    words.push(splitmix(state ^ word));
  }
  const [a = 0, b = 0, c = 0, d = 0] = words;
  return (a | b | c | d) === 0 ? [1, 2, 3, 4] : [a, b, c, d];
}

/** The output function of a 32-bit splitmix, with the constants of Prospector's "lowbias32". */
function splitmix(value: number): number {
  let mixed = (value + 0x9e3779b9) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
