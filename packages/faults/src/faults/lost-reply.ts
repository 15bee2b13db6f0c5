import { choice, integer } from "@holdfast/core";
import { answerBytes } from "../answer-bytes.ts";
import { defineFault, type Fault } from "../fault.ts";

/** The provider executes, the consumer never hears of it. */
export const lostReply: Fault = defineFault({
  kind: "lost-reply",
  at: "exchange",
  summary:
    "Lets the provider execute the request and answer in full; the consumer sees a failure in place of the answer.",
  loses: true,
  params: {
    how: choice(["reset", "close", "hang", "status"], {
      default: "reset",
      doc: "What the consumer sees: RST, FIN, silence, or a status.",
    }),
    status: integer({ min: 400, max: 599, default: 504, doc: "The status when `how` is `status`." }),
  },
  act:
    ({ how, status }) =>
    async (exchange) => {
      for await (const _answer of exchange.provider()) {
        // Read to its end and kept from the consumer.
      }
      await exchange.requestRead();
      exchange.fired();
      if (how === "reset") return exchange.end("rst");
      if (how === "close") return exchange.end("fin");
      if (how === "hang") return exchange.clock.sleep(Number.POSITIVE_INFINITY, exchange.signal);
      const dialect = exchange.declared?.errors[String(status)];
      const body = {
        status,
        headers: { "content-type": "application/json" },
        body: `{"error":{"status":${status}}}`,
      };
      await exchange.send(
        answerBytes(exchange.method, dialect === undefined ? body : { ...dialect, status }),
      );
      exchange.end("keep");
    },
});
