import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker stays open ten times as long as declared: somebody took seconds for tenths. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, openMs: 10 * correctBreaker.openMs }),
});
