import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeTimedFromConnection } from "../consumers/exchange.mjs";

/** Connecting has the ten seconds of the library, which nobody chose. */
export const call = consumer({
  ...correctRead,
  limited: (limitMs, work) => work(limitMs),
  exchange: exchangeTimedFromConnection(10_000),
});
