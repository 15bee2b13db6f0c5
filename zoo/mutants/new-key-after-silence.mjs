import { consumer, correct } from "../consumers/base.mjs";

const silent = "ABORT_ERR";

/** An attempt without an answer in time counts as one that never was: the next one has a key of its own. */
export const call = consumer({
  ...correct,
  retryable: ({ status, reason }) =>
    status === null ? [silent, "ECONNREFUSED"].includes(reason) : correct.retryable({ status }),
  keyHeaders: ({ key, attempt, after }) => ({
    "idempotency-key": after?.reason === silent ? `${key}-${attempt}` : key,
  }),
});
