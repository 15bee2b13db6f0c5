import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { correctBreaker, guardOf } from "../consumers/breaker.mjs";

/** One breaker for all operations of the provider: charges that fail keep prices from being read. */
const guard = guardOf(correctBreaker);

export const call = consumer({ ...correct, guard });
export const beside = consumer({ ...correctBeside, guard });
