import { consumer, correctRead } from "../consumers/base.mjs";

/** Retries whatever is not a success. */
export const call = consumer({
  ...correctRead,
  retryable: () => true,
});
