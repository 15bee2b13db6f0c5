import { consumer, correct } from "../consumers/base.mjs";

/** A charge whose contract declares no policy: it grows linearly and keeps every default. */
export const call = consumer({
  ...correct,
  scheduleMs: (retry) => 120 * retry * (0.75 + 0.5 * Math.random()),
});
