import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

const charge = /^\{\s*"id"\s*:\s*"([^"]*)"\s*,\s*"status"/;

/** Takes the id out of the body with an expression that expects it to come first. */
export const call = consumer({
  ...correct,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    if (answer.status < 300 && !charge.test(answer.text)) throw new Error("no id in the answer");
    return answer;
  },
});
