import { consumer, correctRead } from "../consumers/base.mjs";

/** A read over `node:http` with ±20 % of jitter. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1) * (0.8 + 0.4 * Math.random()),
});
