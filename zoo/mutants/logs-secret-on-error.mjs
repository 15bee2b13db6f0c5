import { consumer, correct } from "../consumers/base.mjs";

/** The error log shows the whole request, so that it can be debugged. */
export const call = consumer({
  ...correct,
  record: (event, call, fields) => ({
    ...correct.record(event, call, fields),
    ...(event === "call.failed" ? { request: call.inbound } : {}),
  }),
});
