import { consumer, correctRead } from "../consumers/base.mjs";

/** Waits for an attempt three times as long as declared. */
export const call = consumer({
  ...correctRead,
  attemptTimeoutMs: 3 * correctRead.attemptTimeoutMs,
});
