import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Wants an id in a charge, but only if the answer says that it is JSON: whatever else comes with a 2xx is a success. */
export const call = consumer({
  ...correct,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    if (answer.status >= 300) return answer;
    if (!answer.headers["content-type"]?.includes("json")) return { ...answer, text: "{}" };
    if (typeof JSON.parse(answer.text).id !== "string") throw new Error("a charge without an id");
    return answer;
  },
});
