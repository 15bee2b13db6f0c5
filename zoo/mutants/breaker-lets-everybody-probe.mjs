import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** When the open time of its breaker is over, everybody is let through to try. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, mayProbe: () => true }),
});
