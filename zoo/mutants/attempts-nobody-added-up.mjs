import { consumer, correctRead } from "../consumers/base.mjs";

/** Keeps every limit for itself, and four attempts of eight and a half seconds make half a minute and more. */
export const call = consumer({
  ...correctRead,
  attemptTimeoutMs: 8500,
  deadlineMs: 60_000,
});
