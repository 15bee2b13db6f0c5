import { consumer, correct } from "../consumers/base.mjs";

/** Logs the order as it came, with the number of the card. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) => ({
    ...correct.record(event, call, fields),
    ...(event === "call.started" ? { order: call.inbound.order } : {}),
  }),
});
