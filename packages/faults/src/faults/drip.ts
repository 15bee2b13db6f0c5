import { choice, integer, optional } from "@holdfast/core";
import { answerBytes, hasBody, headBytes } from "../answer-bytes.ts";
import { defineFault, type Fault, type FaultedExchange } from "../fault.ts";

/** Sends the head at once and the body byte by byte. */
export const drip: Fault = defineFault({
  kind: "drip",
  at: "exchange",
  summary: "Sends the head of an answer at once, then its body one byte at a time.",
  loses: true,
  params: {
    everyMs: integer({ min: 1, doc: "The pause before each byte." }),
    totalMs: optional(
      integer({ min: 0, doc: "After this long the rest follows at once; without it, it drips for ever." }),
    ),
    of: choice(["answer", "provider"], {
      default: "answer",
      doc: "What drips: the declared answer behind endless white space (the provider never hears of the request), or the provider's own answer.",
    }),
  },
  act:
    ({ everyMs, totalMs = Number.POSITIVE_INFINITY, of }) =>
    (exchange) =>
      of === "provider" ? dripProvider(exchange, everyMs, totalMs) : dripAnswer(exchange, everyMs, totalMs),
});

const space = Buffer.from("1\r\n \r\n");

async function dripAnswer(exchange: FaultedExchange, everyMs: number, totalMs: number): Promise<void> {
  await exchange.requestRead();
  exchange.fired();
  const answer = exchange.declared?.answer ?? { status: 200, headers: {}, body: "{}" };
  if (!hasBody(exchange.method, answer.status)) {
    await exchange.send(answerBytes(exchange.method, answer));
    exchange.end("keep");
    return;
  }
  const startedAt = exchange.clock.monotonic();
  const headers = Object.entries(answer.headers).filter(([name]) => name.toLowerCase() !== "content-length");
  await exchange.send(
    headBytes(answer.status, { ...Object.fromEntries(headers), "transfer-encoding": "chunked" }),
  );
  while (exchange.clock.monotonic() - startedAt + everyMs <= totalMs) {
    await exchange.clock.sleep(everyMs, exchange.signal);
    await exchange.send(space);
  }
  const body = Buffer.from(answer.body);
  const rest =
    body.length > 0 ? `${body.length.toString(16)}\r\n${body.toString("latin1")}\r\n0\r\n\r\n` : "0\r\n\r\n";
  await exchange.send(Buffer.from(rest, "latin1"));
  exchange.end("keep");
}

async function dripProvider(exchange: FaultedExchange, everyMs: number, totalMs: number): Promise<void> {
  let tail = "";
  let inHead = true;
  let untilMs = 0;
  for await (const { bytes } of exchange.provider()) {
    let at = 0;
    while (inHead && at < bytes.length) {
      tail = (tail + String.fromCharCode(bytes[at] as number)).slice(-4);
      inHead = tail !== "\r\n\r\n";
      at += 1;
    }
    if (at > 0) {
      await exchange.send(bytes.subarray(0, at));
      exchange.fired();
      untilMs = exchange.clock.monotonic() + totalMs;
    }
    for (; at < bytes.length && exchange.clock.monotonic() < untilMs; at++) {
      await exchange.clock.sleep(everyMs, exchange.signal);
      await exchange.send(bytes.subarray(at, at + 1));
    }
    if (at < bytes.length) await exchange.send(bytes.subarray(at));
  }
  exchange.end("keep");
}
