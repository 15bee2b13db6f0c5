import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker counts answers of 500 and more, and no silence. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, isFailure: ({ status }) => status >= 500 }),
});
