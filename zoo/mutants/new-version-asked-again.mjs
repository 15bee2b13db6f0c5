import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Refuses a version that it does not know like an answer that broke off, and sends the request again for the same one. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const version = /\.v(\d+)\+json/.exec(answer.headers["content-type"])?.[1] ?? "1";
    if (answer.status < 300 && version !== "1") throw new Error("a version that nobody knows");
    return answer;
  },
});
