import { consumer, correctRead } from "../consumers/base.mjs";

/** A read that tells its provider what is left of the deadline. */
export const call = consumer({
  ...correctRead,
  traceHeaders: (call) => ({
    ...correctRead.traceHeaders(call),
    "x-envoy-expected-rq-timeout-ms": String(Math.floor(call.leftMs)),
  }),
});
