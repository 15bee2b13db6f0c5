import { consumer, correct } from "../consumers/base.mjs";

/** The key holds the millisecond in which the attempt was made. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key }) => ({ "idempotency-key": `${key}-${Date.now()}` }),
});
