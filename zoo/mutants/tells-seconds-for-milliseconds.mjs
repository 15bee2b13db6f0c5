import { consumer, correct } from "../consumers/base.mjs";

/** Writes the milliseconds that are left with the unit of seconds. */
export const call = consumer({
  ...correct,
  traceHeaders: (call) => ({ ...correct.traceHeaders(call), "grpc-timeout": `${Math.floor(call.leftMs)}S` }),
});
