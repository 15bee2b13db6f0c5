import { consumer, correctRead } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Lets eight calls through to try where two are declared. */
export const call = consumer({
  ...correctRead,
  guard: guardOf({ ...correctBreaker, probes: 8 }),
});
