import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Compares the content type as a text: the same type with its charset named is another one. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const json = answer.headers["content-type"] === "application/vnd.prices.v1+json";
    if (answer.status < 300 && !json) throw new Error("the answer is no price");
    return answer;
  },
});
