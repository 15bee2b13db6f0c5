import { integer, optional } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** Reads the request and never answers. */
export const hang: Fault = defineFault({
  kind: "hang",
  at: "exchange",
  summary: "Reads the request, never answers and keeps the connection open; the provider never hears of it.",
  loses: true,
  params: {
    thenCloseAfterMs: optional(
      integer({ min: 0, doc: "Closes the connection (FIN) after this long; without it, never." }),
    ),
  },
  act:
    ({ thenCloseAfterMs = Number.POSITIVE_INFINITY }) =>
    async (exchange) => {
      await exchange.requestRead();
      exchange.fired();
      await exchange.clock.sleep(thenCloseAfterMs, exchange.signal);
      exchange.end("fin");
    },
});
