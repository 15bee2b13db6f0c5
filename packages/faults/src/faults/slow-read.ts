import { integer } from "@holdfast/core";
import { defineFault, type Fault, type FaultedExchange } from "../fault.ts";

/** Takes the request in slowly, as an overloaded provider does. */
export const slowRead: Fault = defineFault({
  kind: "slow-read",
  at: "exchange",
  summary:
    "Reads the request slowly, a piece of 64 KB at most at a time, and passes it on; it fires on requests that take more than one piece.",
  loses: false,
  params: {
    everyMs: integer({ min: 1, doc: "The pause before each piece but the first." }),
  },
  act:
    ({ everyMs }) =>
    async (exchange) => {
      await Promise.all([passOn(exchange), readSlowly(exchange, everyMs)]);
      exchange.end("keep");
    },
});

async function passOn(exchange: FaultedExchange): Promise<void> {
  for await (const { bytes } of exchange.provider()) await exchange.send(bytes);
}

async function readSlowly(exchange: FaultedExchange, everyMs: number): Promise<void> {
  let whole = false;
  const done = (): void => {
    whole = true;
  };
  exchange.requestRead().then(done, done);
  await exchange.readPiece();
  // The piece may have been the last one: what resolved with it is looked at first.
  await Promise.resolve();
  while (!whole) {
    exchange.fired();
    await exchange.clock.sleep(everyMs, exchange.signal);
    await exchange.readPiece();
    await Promise.resolve();
  }
}
