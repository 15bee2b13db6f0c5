import { consumer, correct } from "../consumers/base.mjs";
import { exchangeByHttp } from "../consumers/exchange.mjs";

const known = new Set(["id", "status"]);

/** Validates answers with `additionalProperties: false`, and lets a stranger end the process: nobody catches the callback. */
export const call = consumer({
  ...correct,
  exchange: async (message) => {
    const answer = await exchangeByHttp(message);
    if (answer.status >= 300) return answer;
    const charge = JSON.parse(answer.text);
    queueMicrotask(() => validate(charge));
    return answer;
  },
});

function validate(charge) {
  const stranger = Object.keys(charge).find((name) => !known.has(name));
  if (stranger !== undefined) throw new TypeError(`must NOT have additional properties: ${stranger}`);
}
