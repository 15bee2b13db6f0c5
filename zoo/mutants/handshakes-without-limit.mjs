import { consumer } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";
import { correctOverTls, requestTimedFromHandshake } from "../consumers/tls.mjs";

/** Connecting has a limit and the answer has one: the handshake between them has none. */
export const call = consumer({
  ...correctOverTls,
  limited: (limitMs, work) => work(limitMs),
  exchange: ({ signal: limitMs, ...message }) =>
    exchangeByHttp({ ...message, send: requestTimedFromHandshake(limitMs), agent: false }),
});
