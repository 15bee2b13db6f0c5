import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";
import { readerInPython } from "../consumers/reader.mjs";

const read = await readerInPython("last_good_price.py");

/** A body that cannot be parsed is passed over in silence, and the price of an earlier answer goes out as this one's. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    if (answer.status >= 300) return answer;
    await read(answer.text);
    return { ...answer, text: '{"from":"python"}' };
  },
});
