import { defineFault, type Fault } from "../fault.ts";

/** Closes the connection once the request was read. */
export const close: Fault = defineFault({
  kind: "close",
  at: "exchange",
  summary: "Reads the request, then closes the connection (FIN) without a byte of response.",
  loses: true,
  params: {},
  act: () => async (exchange) => {
    await exchange.requestRead();
    exchange.fired();
    exchange.end("fin");
  },
});
