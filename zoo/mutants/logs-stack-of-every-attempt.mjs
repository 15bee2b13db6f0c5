import { consumer, correct } from "../consumers/base.mjs";

/** Every failed attempt writes its whole stack, a line for each frame. */
export const call = (order) => place({ ...order, log: (line) => withStack(line, order.log) });

const place = consumer(correct);

function withStack(line, log) {
  log(line);
  if (line.event !== "attempt.failed") return;
  for (let frame = 1; frame <= 15; frame++)
    log({ ...line, event: "stack", at: `send (client.mjs:${frame}:7)` });
}
