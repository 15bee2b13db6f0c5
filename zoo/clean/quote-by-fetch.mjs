import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByFetch } from "../consumers/exchange.mjs";

/** A read over `fetch`. */
export const call = consumer({
  ...correctRead,
  exchange: exchangeByFetch,
});
