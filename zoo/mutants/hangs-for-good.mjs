import { consumer, correct } from "../consumers/base.mjs";

/** Waits for a lock that nobody will ever release, once a connection was reset: the process lives and answers nobody. */
export const call = consumer({
  ...correct,
  retryable: (outcome) => {
    if (outcome.reason === "ECONNRESET") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return correct.retryable(outcome);
  },
});
