import { consumer, correct } from "../consumers/base.mjs";

/** The path that sends again after a broken connection forgets the key. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key, after }) => (after?.status === null ? {} : { "idempotency-key": key }),
});
