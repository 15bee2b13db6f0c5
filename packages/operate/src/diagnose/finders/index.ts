import type { Finder } from "../finding.ts";
import { breakerHistory } from "./breaker-history.ts";
import { brokenCorrelation } from "./broken-correlation.ts";
import { duplicateEffects } from "./duplicate-effects.ts";
import { lateWork } from "./late-work.ts";
import { poisonLoop } from "./poison-loop.ts";
import { restarts } from "./restarts.ts";
import { retriedFinal } from "./retried-final.ts";
import { retryStorm } from "./retry-storm.ts";

/** Every finder, in the order in which their findings are told. */
export const finders: readonly Finder[] = [
  duplicateEffects,
  retryStorm,
  retriedFinal,
  lateWork,
  poisonLoop,
  breakerHistory,
  brokenCorrelation,
  restarts,
];
