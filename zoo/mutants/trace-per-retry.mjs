import { consumer, correct } from "../consumers/base.mjs";

/** Continues the caller's trace with the first attempt, and starts another one for each retry. */
export const call = consumer({
  ...correct,
  traceHeaders: (call) =>
    correct.traceHeaders(call.attempt === 1 ? call : { ...call, traceparent: undefined }),
});
