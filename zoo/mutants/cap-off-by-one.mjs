import { consumer, correct } from "../consumers/base.mjs";

/** Counts retries where it says attempts: one more than declared. */
export const call = consumer({
  ...correct,
  attempts: correct.attempts + 1,
});
