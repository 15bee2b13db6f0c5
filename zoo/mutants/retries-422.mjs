import { consumer, correct } from "../consumers/base.mjs";

/** Sends a payload again that the provider called unprocessable. */
export const call = consumer({
  ...correct,
  retryable: (outcome) => outcome.status === 422 || correct.retryable(outcome),
});
