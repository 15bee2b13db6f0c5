import { choice, integer, optional } from "@holdfast/core";
import { answerBytes, headBytes } from "../answer-bytes.ts";
import { defineFault, type Ending, type Fault } from "../fault.ts";

const kinds = [
  "invalid-json",
  "html",
  "empty",
  "wrong-type",
  "wrong-encoding",
  "short-length",
  "long-length",
  "garbage",
] as const;

/** An answer that is not what it says it is. */
export const malformed: Fault = defineFault({
  kind: "malformed",
  at: "exchange",
  summary:
    "Answers in place of the provider, which never hears of it, with something broken: no JSON, another type, a wrong length or encoding, or no HTTP at all.",
  loses: true,
  params: {
    what: choice(kinds, {
      default: "invalid-json",
      doc: "JSON that breaks off though its length is right, an HTML page, no body, JSON said to be plain text, a body said to be gzip that is not, a content-length that is too short or too long, or bytes that are no HTTP.",
    }),
    status: optional(
      integer({
        min: 200,
        max: 599,
        doc: "The status; without it, that of the declared answer.",
      }),
    ),
  },
  act:
    ({ what, status }) =>
    async (exchange) => {
      await exchange.requestRead();
      exchange.fired();
      const code = status ?? exchange.declared?.answer.status ?? 200;
      const { bytes, ending } = brokenAnswer(what, exchange.method, code, exchange.random.next());
      await exchange.send(bytes);
      exchange.end(ending);
    },
});

const half = `{"id":"broken","status":"succ`;
const whole = `{"id":"broken","status":"succeeded"}`;
const page =
  "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>\n";

function brokenAnswer(
  what: (typeof kinds)[number],
  method: string,
  status: number,
  chance: number,
): { readonly bytes: Uint8Array; readonly ending: Ending } {
  const written = (body: string, headers: Readonly<Record<string, string>>) => ({
    bytes: answerBytes(method, { status, headers, body }),
    ending: "keep" as const,
  });
  const json = { "content-type": "application/json" };
  switch (what) {
    case "invalid-json":
      return written(half, json);
    case "html":
      return written(page, { "content-type": "text/html; charset=utf-8" });
    case "empty":
      return written("", json);
    case "wrong-type":
      return written(whole, { "content-type": "text/plain" });
    case "wrong-encoding":
      return written(whole, { ...json, "content-encoding": "gzip" });
    case "garbage":
      return { bytes: garbage(chance), ending: "fin" };
    default: {
      // Too long a length can end by closing only, and after too short a one nothing on the connection can be trusted.
      const length = whole.length + (what === "long-length" ? 10 : -10);
      const head = headBytes(status, { ...json, "content-length": String(length) });
      return { bytes: Buffer.concat([head, Buffer.from(method === "HEAD" ? "" : whole)]), ending: "fin" };
    }
  }
}

/** Bytes without a line in them, the same for the same draw. */
function garbage(chance: number): Uint8Array {
  let state = Math.floor(chance * 2 ** 32);
  return Uint8Array.from({ length: 256 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 128 + (state >>> 25);
  });
}
