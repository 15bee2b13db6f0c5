import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Every attempt gets a breaker of its own, which never sees a second one. */
export const call = consumer({
  ...correctRead,
  guard: (attempt) => guardOf(correctBreaker)(attempt),
});
