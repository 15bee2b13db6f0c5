import { consumer, correct } from "../consumers/base.mjs";

/** Logs the headers of every order. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) => ({
    ...correct.record(event, call, fields),
    ...(event === "call.started" ? { headers: call.inbound.headers } : {}),
  }),
});
