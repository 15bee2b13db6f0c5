import { defineFault, type Fault } from "../fault.ts";

/** Resets the connection once the request was read. */
export const reset: Fault = defineFault({
  kind: "reset",
  at: "exchange",
  summary: "Reads the request, then resets the connection (RST) without a byte of response.",
  loses: true,
  params: {},
  act: () => async (exchange) => {
    await exchange.requestRead();
    exchange.fired();
    exchange.end("rst");
  },
});
