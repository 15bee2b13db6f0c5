import { consumer, correctRead } from "../consumers/base.mjs";

/** Every wait is the same for everybody, so calls that failed together come back together. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1),
});
