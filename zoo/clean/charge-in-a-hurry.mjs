import { consumer, correct } from "../consumers/base.mjs";

/** A charge with a deadline that cannot hold all attempts: it keeps the deadline. */
export const call = consumer({
  ...correct,
  deadlineMs: 1500,
});
