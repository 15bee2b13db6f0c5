import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Puts an answer of a version that it does not know aside for an upgrade, and its caller with it. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const version = /\.v(\d+)\+json/.exec(answer.headers["content-type"])?.[1] ?? "1";
    if (answer.status < 300 && version !== "1") await new Promise(() => {});
    return answer;
  },
});
