import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** A read behind a breaker, written by hand. */
export const call = consumer({
  ...correctRead,
  guard: guardOf(correctBreaker),
});
