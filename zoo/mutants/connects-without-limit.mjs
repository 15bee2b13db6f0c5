import { consumer, correct } from "../consumers/base.mjs";
import { exchangeTimedFromConnection } from "../consumers/exchange.mjs";

/** The time of an attempt starts to run when its connection stands: connecting may take for ever. */
export const call = consumer({
  ...correct,
  limited: (limitMs, work) => work(limitMs),
  exchange: exchangeTimedFromConnection(Number.POSITIVE_INFINITY),
});
