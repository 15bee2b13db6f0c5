import { consumer, correctRead } from "../consumers/base.mjs";

/** Tells the provider of the whole deadline with every attempt, however much of it has passed. */
export const call = consumer({
  ...correctRead,
  traceHeaders: (call) => ({
    ...correctRead.traceHeaders(call),
    "x-envoy-expected-rq-timeout-ms": String(correctRead.deadlineMs),
  }),
});
