import { consumer, correctRead, secondsMs } from "../consumers/base.mjs";

/** Understands Retry-After in seconds, not as a date. */
export const call = consumer({
  ...correctRead,
  askedMs: ({ headers }) => secondsMs(headers["retry-after"]) ?? 0,
});
