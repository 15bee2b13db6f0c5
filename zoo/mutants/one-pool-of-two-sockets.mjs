import { Agent } from "node:http";
import { consumer, correct } from "../consumers/base.mjs";
import { correctBeside } from "../consumers/beside.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** One pool of two connections for all providers together. */
const agent = new Agent({ maxTotalSockets: 2 });
const exchange = (message) => exchangeByHttp({ ...message, agent });

export const call = consumer({ ...correct, exchange });
export const beside = consumer({ ...correctBeside, exchange });
