import { consumer, correct } from "../consumers/base.mjs";

/** The key ends in the number of the attempt. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key, attempt }) => ({ "idempotency-key": `${key}-${attempt}` }),
});
