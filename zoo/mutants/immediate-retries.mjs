import { consumer, correctRead } from "../consumers/base.mjs";

/** Retries at once. */
export const call = consumer({
  ...correctRead,
  scheduleMs: () => 0,
});
