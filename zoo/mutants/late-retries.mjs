import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correctRead, tryOnce } from "../consumers/base.mjs";

/** Answers its caller with the error, and goes on trying behind its back. */
export const call = consumer({
  ...correctRead,
  onGiveUp: async (call, outcome) => {
    if (!correctRead.retryable(outcome) || correctRead.askedMs(outcome) > 0) return;
    for (let attempt = 5; attempt <= 7 && correctRead.budget.take(); attempt++) {
      await sleep(150);
      await tryOnce(correctRead, call, { attempt, limitMs: correctRead.attemptTimeoutMs });
    }
  },
});
