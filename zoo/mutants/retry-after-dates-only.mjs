import { consumer, correctRead, dateMs } from "../consumers/base.mjs";

/** Understands Retry-After as a date, not in seconds. */
export const call = consumer({
  ...correctRead,
  askedMs: ({ headers }) => dateMs(headers["retry-after"]) ?? 0,
});
