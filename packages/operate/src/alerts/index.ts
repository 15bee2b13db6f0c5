import { breakerOpen } from "./breaker-open.ts";
import { budgetSpent } from "./budget-spent.ts";
import { consumerLag } from "./consumer-lag.ts";
import { deadLettersForgotten } from "./dead-letters-forgotten.ts";
import { deadLettersGrowing } from "./dead-letters-growing.ts";
import { duplicateEffects } from "./duplicate-effects.ts";
import type { Mode } from "./mode.ts";
import { outboxLag } from "./outbox-lag.ts";
import { rateLimited } from "./rate-limited.ts";
import { retryStorm } from "./retry-storm.ts";

/** Every failure mode that is alerted on beside the objectives. */
export const modes: readonly Mode[] = [
  breakerOpen,
  retryStorm,
  budgetSpent,
  rateLimited,
  outboxLag,
  consumerLag,
  deadLettersGrowing,
  deadLettersForgotten,
  duplicateEffects,
];
