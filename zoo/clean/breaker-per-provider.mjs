import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

const guards = new Map();

/** The breaker of whom a call goes to. */
function guardFor(provider) {
  if (!guards.has(provider)) guards.set(provider, guardOf(correctBreaker));
  return guards.get(provider);
}

/** Two providers, each behind the breaker that is found by its name. */
export const call = consumer({ ...correct, guard: guardFor("payments") });
export const beside = consumer({ ...correctBeside, guard: guardFor("prices") });
