import { consumer, correct } from "../consumers/base.mjs";

/** The first attempt may eat the whole deadline. */
export const call = consumer({
  ...correct,
  attemptTimeoutMs: Number.POSITIVE_INFINITY,
});
