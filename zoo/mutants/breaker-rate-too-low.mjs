import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker opens at a tenth of the declared failure rate: somebody wrote 0.05 for 50 %. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, failureRate: 0.05 }),
});
