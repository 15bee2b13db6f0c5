import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** A status of a charge that it does not know is taken for a broken answer, and the charge is sent again. */
export const call = consumer({
  ...correct,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    const known = ["succeeded", "failed"];
    const status = answer.status < 300 ? JSON.parse(answer.text).status : known[0];
    if (status !== undefined && !known.includes(status)) throw new Error("the answer is broken");
    return answer;
  },
});
