import { consumer, correctRead } from "../consumers/base.mjs";

let state = 42;
const random = () => {
  state = (state * 1103515245 + 12345) % 2 ** 31;
  return state / 2 ** 31;
};

/** Full-looking jitter from one seed: every instance draws the same numbers. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1) * (0.5 + 0.5 * random()),
});
