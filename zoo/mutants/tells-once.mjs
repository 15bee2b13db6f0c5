import { consumer, correctRead } from "../consumers/base.mjs";

/** Tells what is left of the deadline with the first attempt only. */
export const call = consumer({
  ...correctRead,
  traceHeaders: (call) => ({
    ...correctRead.traceHeaders(call),
    ...(call.attempt === 1 ? { "x-request-deadline": String(Math.floor(call.leftMs)) } : {}),
  }),
});
