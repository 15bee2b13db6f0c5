import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Takes the refusal of its own breaker for a failure of the provider, and tries again after every wait. */
export const call = consumer({
  ...correctRead,
  guard: guardOf(correctBreaker),
  retryable: (outcome) => correctRead.retryable({ ...outcome, refused: false }),
  budget: { take: () => true, succeeded: () => {} },
});
