import { consumer, correct } from "../consumers/base.mjs";

/** Retries statuses and resets, and takes its own timeout for final. */
export const call = consumer({
  ...correct,
  retryable: (outcome) => outcome.reason !== "ABORT_ERR" && correct.retryable(outcome),
});
