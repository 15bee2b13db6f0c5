import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Reads on until the document is whole: one that never will be, in an answer that has ended, is waited for without end. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const open = answer.text.split("{").length - answer.text.split("}").length;
    if (answer.status < 300 && open > 0) await new Promise(() => {});
    return answer;
  },
});
