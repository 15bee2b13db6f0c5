import { consumer, correct } from "../consumers/base.mjs";
import { exchangeTimedFromConnection } from "../consumers/exchange.mjs";

/** Connecting may take three seconds where 400 ms are declared. */
export const call = consumer({
  ...correct,
  limited: (limitMs, work) => work(limitMs),
  exchange: exchangeTimedFromConnection(3_000),
});
