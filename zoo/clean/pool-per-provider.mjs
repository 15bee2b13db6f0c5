import { Agent } from "node:http";
import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** An exchange over a pool of eight connections. */
function pooled() {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return (message) => exchangeByHttp({ ...message, agent });
}

/** Two providers, each behind a pool of its own. */
export const call = consumer({ ...correct, exchange: pooled() });
export const beside = consumer({ ...correctBeside, exchange: pooled() });
