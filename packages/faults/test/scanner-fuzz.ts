import type { Random } from "@holdfast/core";
import { generateMessages } from "./http-generator.ts";
import { type Difference, type Direction, disagreement, scanAll, split } from "./scanner-differential.ts";

/** What a fuzzing run came to; the counts show that it reached what it is about. */
export interface FuzzResult {
  readonly inputs: number;
  /** Messages whose boundaries the scanner claimed, all confirmed unless there are differences. */
  readonly claimed: number;
  /** Inputs on which the scanner gave up. */
  readonly unsure: number;
  readonly tunnels: number;
  readonly differences: readonly Difference[];
}

const directions: readonly Direction[] = ["request", "response", "head-response"];
const differencesMax = 20;

/** Compares the scanner with Node's own parser on generated inputs, cut at random. */
export function fuzzScanner(inputs: number, random: Random): FuzzResult {
  const differences: Difference[] = [];
  let claimed = 0;
  let unsure = 0;
  let tunnels = 0;
  for (let index = 0; index < inputs && differences.length < differencesMax; index++) {
    const direction = directions[index % 5 < 3 ? 0 : (index % 5) - 2] as Direction;
    const input = generateMessages(direction, random);
    const claim = scanAll(direction, split(input, random));
    claimed += claim.messages.length;
    if (claim.rest === "unsure") unsure += 1;
    if (claim.rest === "tunnel") tunnels += 1;
    const what = disagreement(direction, input, claim);
    if (what !== null) differences.push({ what: `${direction}: Node ${what}`, input });
  }
  return { inputs, claimed, unsure, tunnels, differences };
}
