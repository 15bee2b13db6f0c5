import { consumer, correct } from "../consumers/base.mjs";

/** The first attempt goes without a key; only retries carry one. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key, attempt }) => (attempt > 1 ? { "idempotency-key": key } : {}),
});
