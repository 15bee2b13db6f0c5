import { playAll } from "./peers/index.ts";
import { ours, type Played } from "./peers/scenario.ts";
import { versions } from "./peers/versions.ts";
import type { Bench, BenchResult } from "./result.ts";

/**
 * What other libraries are known to get wrong, played on the installed libraries themselves and on ours. A peer's answer is for
 * comparison, whatever it is; ours has to be right. `--quick` changes nothing: all of it takes less than a minute.
 */
export const bench: Bench = async () => (await playAll()).map(resultOf);

function resultOf({ id, what, library, right, seen }: Played): BenchResult {
  const own = library === ours;
  return {
    id: `${id} ${library} ${versions[library]}`,
    value: right ? 1 : 0,
    unit: `right; seen: ${seen}`,
    against: "",
    ratio: null,
    target: own ? what : "for comparison",
    met: !own || right,
  };
}
