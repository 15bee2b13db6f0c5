import { seededRandom } from "../packages/core/src/index.ts";
import { fuzzScanner } from "../packages/faults/test/scanner-fuzz.ts";
import type { Bench } from "./result.ts";

const inputsPerRound = 20_000;
const seed = 1;

/**
 * The scanner of the fault proxy against Node's own HTTP parser: 10^7 generated inputs (10^5 when quick), cut at random.
 * Wherever the scanner claims a message, Node must see the same boundary and the same payload.
 */
export const bench: Bench = async ({ quick }) => {
  const rounds = (quick ? 100_000 : 10_000_000) / inputsPerRound;
  const random = seededRandom(seed);
  let inputs = 0;
  let claimed = 0;
  let differences = 0;
  for (let round = 0; round < rounds; round++) {
    const result = fuzzScanner(inputsPerRound, random.fork(`round ${round}`));
    inputs += result.inputs;
    claimed += result.claimed;
    differences += result.differences.length;
    for (const { what, input } of result.differences) {
      console.error(`${what}: ${JSON.stringify(input.toString("latin1"))}`);
    }
  }
  const against = "Node's own parser";
  return [
    {
      id: "fuzz/inputs",
      value: inputs,
      unit: `inputs, seed ${seed}`,
      against,
      ratio: null,
      target: "all of them",
      met: inputs === rounds * inputsPerRound,
    },
    {
      id: "fuzz/claimed",
      value: claimed,
      unit: "messages claimed",
      against,
      ratio: null,
      target: "at least one for every five inputs",
      met: claimed * 5 >= inputs,
    },
    {
      id: "fuzz/differences",
      value: differences,
      unit: "boundaries or payloads seen otherwise",
      against,
      ratio: null,
      target: "0",
      met: differences === 0,
    },
  ];
};
