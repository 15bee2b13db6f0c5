import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** Two operations of one provider, each behind a breaker of its own. */
export const call = consumer({ ...correct, guard: guardOf(correctBreaker) });
export const beside = consumer({ ...correctBeside, guard: guardOf(correctBreaker) });
