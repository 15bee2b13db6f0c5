import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker opens after ten failures in its window, however many calls succeeded beside them. */
export const call = consumer({
  ...correctRead,
  guard: guardOf({ ...correctBreaker, isTripped: (ended) => ended.filter((one) => one.failed).length >= 10 }),
});
