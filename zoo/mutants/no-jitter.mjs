import { consumer, correct } from "../consumers/base.mjs";

/** The schedule grows, and is the same for everybody. */
export const call = consumer({
  ...correct,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1),
});
