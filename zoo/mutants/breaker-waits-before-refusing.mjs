import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correct } from "../consumers/base.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Its breaker opens, and lets each caller wait as long as for an answer before it refuses. */
export const call = consumer({
  ...correct,
  guard: guardOf({ ...correctBreaker, onRefusal: () => sleep(correct.attemptTimeoutMs) }),
});
