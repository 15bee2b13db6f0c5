import { consumer, correct } from "../consumers/base.mjs";

/** The header is there, and nothing is in it. */
export const call = consumer({
  ...correct,
  keyHeaders: () => ({ "idempotency-key": "" }),
});
