import { consumer, correctRead } from "../consumers/base.mjs";

/** Builds the headers anew for a retry and forgets the trace context. */
export const call = consumer({
  ...correctRead,
  traceHeaders: (call) => (call.attempt === 1 ? correctRead.traceHeaders(call) : {}),
});
