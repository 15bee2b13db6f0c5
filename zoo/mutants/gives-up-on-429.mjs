import { consumer, correctRead } from "../consumers/base.mjs";

/** 429 is final. */
export const call = consumer({
  ...correctRead,
  retryable: (outcome) => outcome.status !== 429 && correctRead.retryable(outcome),
});
