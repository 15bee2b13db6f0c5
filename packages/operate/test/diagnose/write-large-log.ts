/** Writes a log of so many megabytes, half JSON, a quarter logfmt and a quarter text, with an outage in the middle: `write-large-log.ts FILE MEGABYTES`. */

import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { seededRandom } from "@holdfast/core";

const [file = "large.log", megabytes = "1024"] = process.argv.slice(2);
const random = seededRandom(7);
const out = createWriteStream(file);
const bytesMax = Number(megabytes) * 1024 * 1024;
const hex = (digits: number): string =>
  Array.from({ length: digits / 8 }, () =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");

function linesOf(call: number, atMs: number, failing: boolean): string {
  const trace = hex(32);
  const time = new Date(atMs).toISOString();
  const span = hex(16);
  const status = failing ? 503 : 201;
  if (call % 4 < 2)
    return [
      JSON.stringify({
        time,
        level: "info",
        message: "order received",
        trace_id: trace,
        span_id: span,
        service: "checkout",
        order: `order-${call}`,
        amount: 4200,
        customer: { tier: "gold", region: "eu-west-1" },
      }),
      JSON.stringify({
        time,
        level: failing ? "warn" : "info",
        message: failing ? "call: attempt 1 failed with status 503, next in 52 ms" : "order paid",
        trace_id: trace,
        span_id: span,
        service: "checkout",
        provider: "payments",
        operation: "charge",
        order: `order-${call}`,
        status,
        attempt: 1,
        elapsed_ms: 12,
      }),
    ].join("\n");
  if (call % 4 === 2)
    return `ts=${time} level=${failing ? "error" : "info"} service=gateway msg="upstream answered" request_id=req-${call} trace_id=${trace} upstream=checkout method=POST path=/orders status=${failing ? 502 : 201} duration_ms=12 user_agent="Mozilla/5.0 (X11; Linux x86_64)"`;
  return `${time.replace("T", " ").replace("Z", "")} ${failing ? "ERROR" : "INFO "} [billing] req-${call} trace=${trace} calling ledger.internal answered ${status} in 12 ms for order-${call} by worker-7 of pool main`;
}

let bytes = 0;
const startMs = 1_795_830_000_000;
for (let call = 0; bytes < bytesMax; call++) {
  const part: string[] = [];
  for (let at = 0; at < 500; at++, call++) {
    const share = bytes / bytesMax;
    part.push(
      linesOf(call, startMs + call * 2, share > 0.5 && share < 0.6 && call % 4 !== 3 && call % 3 === 0),
    );
  }
  const text = `${part.join("\n")}\n`;
  bytes += text.length;
  if (!out.write(text)) await once(out, "drain");
}
out.end();
await once(out, "close");
