import { integer } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** Holds every chunk of the answer back. */
export const latency: Fault = defineFault({
  kind: "latency",
  at: "bytes",
  summary: "Holds every chunk of the provider's answer back, then passes it on; bytes and order are kept.",
  loses: false,
  params: {
    delayMs: integer({ min: 0, doc: "How long a chunk is held, counted from its arrival." }),
    jitterMs: integer({ min: 0, default: 0, doc: "Largest deviation from `delayMs`, either way." }),
  },
  pipe: ({ delayMs, jitterMs }) =>
    async function* (chunks, { clock, random, signal }) {
      for await (const chunk of chunks) {
        const dueAt = chunk.arrivedAt + delayMs + random.between(-jitterMs, jitterMs);
        await clock.sleep(dueAt - clock.monotonic(), signal);
        yield chunk;
      }
    },
});
