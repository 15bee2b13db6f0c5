import { consumer, correct } from "../consumers/base.mjs";

const spans = new Map();

/** Starts its span around the retries: every attempt carries the same one. */
export const call = consumer({
  ...correct,
  traceHeaders: (call) => {
    if (!spans.has(call.id)) spans.set(call.id, correct.traceHeaders(call));
    return spans.get(call.id);
  },
});
