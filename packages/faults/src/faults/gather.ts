import { integer } from "@holdfast/core";
import { answerBytes } from "../answer-bytes.ts";
import { defineFault, type Fault } from "../fault.ts";

/** Makes many requests fail at one moment. */
export const gather: Fault = defineFault({
  kind: "gather",
  at: "exchange",
  summary:
    "Holds requests until so many wait, or until some time after the first one, then answers all of them with a status at one moment; those that come later are answered at once. The provider never hears of any.",
  loses: true,
  params: {
    requests: integer({ min: 1, doc: "How many are waited for." }),
    withinMs: integer({ min: 0, doc: "The longest time that the first one is held." }),
    status: integer({ min: 200, max: 599, default: 503, doc: "The status to answer with." }),
  },
  act: ({ requests, withinMs, status }) => {
    // Bound once for all exchanges of a program: they wait for one another.
    const together = Promise.withResolvers<void>();
    let waiting = 0;
    let untilMs: number | null = null;
    return async (exchange) => {
      await exchange.requestRead();
      waiting += 1;
      if (waiting >= requests) together.resolve();
      untilMs ??= exchange.clock.monotonic() + withinMs;
      const released = new AbortController();
      const signal = AbortSignal.any([exchange.signal, released.signal]);
      const late = exchange.clock.sleep(untilMs - exchange.clock.monotonic(), signal);
      try {
        await Promise.race([together.promise, late]);
      } finally {
        waiting -= 1;
        released.abort();
      }
      together.resolve();
      exchange.fired();
      const dialect = exchange.declared?.errors[String(status)];
      const short = {
        headers: { "content-type": "application/json" },
        body: `{"error":{"status":${status}}}`,
      };
      await exchange.send(answerBytes(exchange.method, { ...(dialect ?? short), status }));
      exchange.end("keep");
    };
  },
});
