import { choice } from "@holdfast/core";
import { defineFault, type Fault } from "../fault.ts";

/** The provider hears of the first attempt only after the second one succeeded. */
export const lateDuplicate: Fault = defineFault({
  kind: "late-duplicate",
  at: "exchange",
  summary:
    "Holds the request on the way to the provider while the consumer sees a failure, and delivers it as soon as a later attempt of the same call was answered with success; without one, never.",
  loses: true,
  params: {
    how: choice(["reset", "close", "hang"], {
      default: "reset",
      doc: "What the consumer sees of the held attempt: RST, FIN, or silence.",
    }),
  },
  act:
    ({ how }) =>
    async (exchange) => {
      exchange.deliverLate();
      await exchange.requestRead();
      exchange.fired();
      if (how === "hang") return exchange.clock.sleep(Number.POSITIVE_INFINITY, exchange.signal);
      exchange.end(how === "reset" ? "rst" : "fin");
    },
});
