import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker probes for ever: no number of good probes closes it. */
export const call = consumer({
  ...correctRead,
  guard: guardOf({ ...correctBreaker, closesAfter: Number.POSITIVE_INFINITY }),
});
