import { abortDefects } from "./aborts.ts";
import { backoffDefects } from "./backoffs.ts";
import { clockDefects } from "./clocks.ts";
import { functionDefects } from "./functions.ts";
import { halfOpenDefects } from "./half-open.ts";
import { lifetimeDefects } from "./lifetimes.ts";
import { limitDefects } from "./limit-defects.ts";
import { listenerDefects } from "./listeners.ts";
import { memoryDefects } from "./memory.ts";
import { processDefects } from "./processes.ts";
import { retryDefects } from "./retry-defects.ts";
import { savedDefects } from "./saved.ts";
import { type Defect, libraries, type Played, play } from "./scenario.ts";
import { stackingDefects } from "./stacking.ts";
import { timeoutDefects } from "./timeouts.ts";
import { windowDefects } from "./windows.ts";

const numberOf = ({ id }: Defect): number => Number(id.slice(1));

/** The rows of the catalogue that can be shown on a peer, in its order. */
export const defects: readonly Defect[] = [
  ...abortDefects,
  ...backoffDefects,
  ...clockDefects,
  ...functionDefects,
  ...halfOpenDefects,
  ...lifetimeDefects,
  ...limitDefects,
  ...listenerDefects,
  ...memoryDefects,
  ...processDefects,
  ...retryDefects,
  ...savedDefects,
  ...stackingDefects,
  ...timeoutDefects,
  ...windowDefects,
].sort((one, other) => numberOf(one) - numberOf(other));

/** Plays every scenario on every library that it is for, one after the other, for they share clocks and processors. */
export async function playAll(): Promise<readonly Played[]> {
  const played: Played[] = [];
  for (const defect of defects) {
    for (const library of libraries) {
      const run = defect.runs[library];
      if (run !== undefined) played.push(await play(defect, library, run));
    }
  }
  return played;
}
