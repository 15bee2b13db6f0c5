import { consumer, correct } from "../consumers/base.mjs";

/** The error path logs without the id. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) =>
    event === "call.succeeded" ? correct.record(event, call, fields) : { event, ...fields },
});
