import { consumer, correctRead } from "../consumers/base.mjs";

/** Jitter of ±3 %: too little to pull a herd apart. */
export const call = consumer({
  ...correctRead,
  scheduleMs: (retry) => 100 * 2 ** (retry - 1) * (0.97 + 0.06 * Math.random()),
});
