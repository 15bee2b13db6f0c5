import { consumer, correct } from "../consumers/base.mjs";

/** Bounds every attempt, and nothing bounds their sum. */
export const call = consumer({
  ...correct,
  deadlineMs: Number.POSITIVE_INFINITY,
});
