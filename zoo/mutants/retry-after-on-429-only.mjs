import { consumer, correct } from "../consumers/base.mjs";

/** Looks for Retry-After on 429, not on 503. */
export const call = consumer({
  ...correct,
  askedMs: (outcome) => (outcome.status === 429 ? correct.askedMs(outcome) : 0),
});
