import { consumer, correct } from "../consumers/base.mjs";

/** Hands an id on where one comes in, and makes none where none does. */
export const call = consumer({
  ...correct,
  incoming: (traceparent) => (traceparent === undefined ? undefined : correct.incoming(traceparent)),
  traceHeaders: (call) => (call.traceparent === undefined ? {} : correct.traceHeaders(call)),
});
