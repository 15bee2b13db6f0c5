import { consumer, correct } from "../consumers/base.mjs";

/** While a call waits for its next attempt, it says so again and again. */
export const call = (order) => place({ ...order, log: (line) => repeat(line, order.log) });

const place = consumer(correct);

function repeat(line, log) {
  for (let time = 0; time < (line.event === "attempt.failed" ? 12 : 1); time++) log(line);
}
