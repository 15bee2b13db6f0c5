import { consumer, correct } from "../consumers/base.mjs";

/** Waits about as long before the last retry as before the first. */
export const call = consumer({
  ...correct,
  scheduleMs: () => 100 + 100 * Math.random(),
});
