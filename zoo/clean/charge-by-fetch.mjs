import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByFetch } from "../consumers/exchange.mjs";

/** A charge over `fetch` with full jitter. */
export const call = consumer({
  ...correct,
  exchange: exchangeByFetch,
  scheduleMs: (retry) => 150 * 2 ** (retry - 1) * Math.random(),
});
