import { consumer, correctRead } from "../consumers/base.mjs";

/** Passes no trace context on. */
export const call = consumer({
  ...correctRead,
  traceHeaders: () => ({}),
});
