import { consumer, correct } from "../consumers/base.mjs";

/** Sends no idempotency key at all. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({}),
});
