import { consumer, correctRead } from "../consumers/base.mjs";

/** Takes 501 Not Implemented for a passing trouble, as everything from 500 on. */
export const call = consumer({
  ...correctRead,
  retryable: (outcome) => outcome.status >= 500 || correctRead.retryable(outcome),
});
