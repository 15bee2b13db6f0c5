import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correct, tryOnce } from "../consumers/base.mjs";

/** Retries, and nobody waits for it: the caller is told of the first failure. */
export const call = consumer({
  ...correct,
  attempts: 1,
  onGiveUp: async (call, outcome, key) => {
    for (let attempt = 2; mayRetry(attempt, outcome); attempt++) {
      await sleep(Math.max(correct.scheduleMs(attempt - 1), correct.askedMs(outcome)));
      outcome = await tryOnce(correct, call, { key, attempt, limitMs: correct.attemptTimeoutMs });
      if (outcome.ok) return;
    }
  },
});

function mayRetry(attempt, outcome) {
  return attempt <= correct.attempts && correct.retryable(outcome) && correct.budget.take();
}
