import { randomBytes } from "node:crypto";
import { childOf, consumer, correct } from "../consumers/base.mjs";

/** Starts a trace of its own for every attempt. */
export const call = consumer({
  ...correct,
  traceHeaders: () => ({ traceparent: childOf(`00-${randomBytes(16).toString("hex")}-0000000000000001-01`) }),
});
