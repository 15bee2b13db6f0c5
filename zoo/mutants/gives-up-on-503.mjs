import { consumer, correctRead } from "../consumers/base.mjs";

/** 503 is final. */
export const call = consumer({
  ...correctRead,
  retryable: (outcome) => outcome.status !== 503 && correctRead.retryable(outcome),
});
