import { consumer, correct } from "../consumers/base.mjs";

/** One and the same line for whatever went wrong. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) =>
    event.endsWith("failed")
      ? correct.record("error", call, { message: "the payment failed" })
      : correct.record(event, call, fields),
});
