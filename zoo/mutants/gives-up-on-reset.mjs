import { consumer, correct } from "../consumers/base.mjs";

/** Retries statuses, and takes a reset connection for final. */
export const call = consumer({
  ...correct,
  retryable: (outcome) => outcome.reason !== "ECONNRESET" && correct.retryable(outcome),
});
