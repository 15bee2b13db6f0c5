import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

const readers = { v1: (price) => price.price };

/** Looks a reader up by the version of the answer, in a callback that nobody guards: there is none for a new one. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const version = /\.(v\d+)\+json/.exec(answer.headers["content-type"])?.[1];
    if (answer.status < 300 && version !== undefined)
      setImmediate(() => readers[version](JSON.parse(answer.text)));
    return answer;
  },
});
