import { consumer, correctRead } from "../consumers/base.mjs";

/** Sends the traceparent on as it came in, without a span of its own. */
export const call = consumer({
  ...correctRead,
  traceHeaders: ({ traceparent }) => ({ traceparent }),
});
