import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker counts what is thrown and takes every answer for a success, a 503 as well. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, isFailure: ({ status }) => status === null }),
});
