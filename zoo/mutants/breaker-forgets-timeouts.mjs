import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Takes an attempt that timed out for one that its caller gave up: to its breaker that says nothing. */
export const call = consumer({
  ...correctRead,
  guard: guardOf({ ...correctBreaker, isNeutral: ({ status }) => status === null }),
});
