import { setTimeout as sleep } from "node:timers/promises";
import { consumer, correctRead } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

/** Asks again until the body can be parsed, in a loop that its policy knows nothing of. */
export const call = consumer({
  ...correctRead,
  exchange: async (message) => {
    for (;;) {
      const answer = await exchangeByHttp(message);
      if (answer.status >= 300 || parses(answer.text)) return answer;
      await sleep(20);
    }
  },
});

function parses(text) {
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false;
  }
}
