import { consumer, correct } from "../consumers/base.mjs";

/** Gives four attempts a second and a half each, which its own caller does not wait for. */
export const call = consumer({
  ...correct,
  attemptTimeoutMs: 1500,
  deadlineMs: 8000,
});
