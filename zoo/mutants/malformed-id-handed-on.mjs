import { consumer, correct, isTraceparent } from "../consumers/base.mjs";

/** Hands on whatever came in as a traceparent, without a look at it. */
export const call = consumer({
  ...correct,
  incoming: (traceparent) => traceparent ?? correct.incoming(undefined),
  traceHeaders: (call) =>
    isTraceparent(call.traceparent) ? correct.traceHeaders(call) : { traceparent: call.traceparent },
});
