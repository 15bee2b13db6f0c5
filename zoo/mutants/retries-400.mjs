import { consumer, correctRead } from "../consumers/base.mjs";

/** Sends a request again that the provider called wrong. */
export const call = consumer({
  ...correctRead,
  retryable: (outcome) => outcome.status === 400 || correctRead.retryable(outcome),
});
