import { integer, text } from "@holdfast/core";
import { answerBytes } from "../answer-bytes.ts";
import { defineFault, type Fault } from "../fault.ts";

/** Sends the consumer elsewhere. */
export const redirect: Fault = defineFault({
  kind: "redirect",
  at: "exchange",
  summary:
    "Reads the request and answers with a redirect in place of the provider; for ever in a circle, unless it is told where to.",
  loses: true,
  params: {
    status: integer({ min: 300, max: 399, default: 307, doc: "The status to answer with." }),
    to: text({
      default: "?redirected=1",
      doc: "The `Location`: an address of another host, or a reference that is resolved against the request's own address. As it stands it leads back to the same path, so that whoever follows it goes round until they have had enough.",
    }),
  },
  act:
    ({ status, to }) =>
    async (exchange) => {
      await exchange.requestRead();
      exchange.fired();
      await exchange.send(answerBytes(exchange.method, { status, headers: { location: to }, body: "" }));
      exchange.end("keep");
    },
});
