import type { RunbookMode } from "../mode.ts";
import { answerBroken } from "./answer-broken.ts";
import { breakerOpen } from "./breaker-open.ts";
import { budgetBurn } from "./budget-burn.ts";
import { connectionLost } from "./connection-lost.ts";
import { connectionsLeak } from "./connections-leak.ts";
import { consumerLag } from "./consumer-lag.ts";
import { deadLetters } from "./dead-letters.ts";
import { deliveryNotMeasured } from "./delivery-not-measured.ts";
import { duplicateMessages } from "./duplicate-messages.ts";
import { effectTwice } from "./effect-twice.ts";
import { notMeasured } from "./not-measured.ts";
import { outboxLag } from "./outbox-lag.ts";
import { providerSilent } from "./provider-silent.ts";
import { providerUnavailable } from "./provider-unavailable.ts";
import { rateLimited } from "./rate-limited.ts";
import { retryStorm } from "./retry-storm.ts";

/** Every failure mode that has a runbook, in the order in which they are listed. */
export const runbookModes: readonly RunbookMode[] = [
  budgetBurn,
  providerUnavailable,
  providerSilent,
  rateLimited,
  connectionLost,
  answerBroken,
  effectTwice,
  breakerOpen,
  retryStorm,
  connectionsLeak,
  notMeasured,
  outboxLag,
  consumerLag,
  deadLetters,
  duplicateMessages,
  deliveryNotMeasured,
];
