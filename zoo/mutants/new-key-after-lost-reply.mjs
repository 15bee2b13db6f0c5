import { consumer, correct } from "../consumers/base.mjs";

/** A broken connection counts as “not sent”: the next attempt is a new charge with a key of its own. */
export const call = consumer({
  ...correct,
  keyHeaders: ({ key, attempt, after }) => ({
    "idempotency-key": after?.status === null ? `${key}-${attempt}` : key,
  }),
});
