import { consumer, correctRead } from "../consumers/base.mjs";

/** Waits less each time: the exponent counts down. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (3 - retry) * (0.5 + 0.5 * Math.random()),
});
