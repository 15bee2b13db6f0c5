import { choice, ratio } from "@holdfast/core";
import { answerBytes, hasBody } from "../answer-bytes.ts";
import { defineFault, type Fault } from "../fault.ts";

/** How long the part is given to reach the consumer before a reset, which would overtake it. */
const settleMs = 20;

/** Announces a whole body and sends a part of it. */
export const truncate: Fault = defineFault({
  kind: "truncate",
  at: "exchange",
  summary:
    "Announces the whole declared answer with its right content-length, sends a part of the body, then closes or resets.",
  loses: true,
  params: {
    part: ratio({ default: 0.5, doc: "How much of the body is sent; at least one byte is withheld." }),
    how: choice(["close", "reset"], { default: "close", doc: "How the connection ends: FIN or RST." }),
  },
  act:
    ({ part, how }) =>
    async (exchange) => {
      await exchange.requestRead();
      exchange.fired();
      const declared = exchange.declared?.answer;
      const body = Buffer.from(declared?.body || '{"truncated":true}');
      const answer = { status: declared?.status ?? 200, headers: declared?.headers ?? {}, body };
      const whole = answerBytes(exchange.method, answer);
      const withheld = Math.max(1, body.length - Math.floor(body.length * part));
      const bare = !hasBody(exchange.method, answer.status);
      await exchange.send(whole.subarray(0, whole.length - (bare ? 1 : withheld)));
      if (how === "reset") await exchange.clock.sleep(settleMs, exchange.signal);
      exchange.end(how === "reset" ? "rst" : "fin");
    },
});
