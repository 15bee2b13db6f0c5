import { choice, integer, optional } from "@holdfast/core";
import { answerBytes } from "../answer-bytes.ts";
import { defineFault, type Fault, type FaultedExchange } from "../fault.ts";

/** A provider that fails for a time. */
export const outage: Fault = defineFault({
  kind: "outage",
  at: "exchange",
  summary:
    "Lets requests pass, then fails them for a time, then lets them pass again; the time counts from the first request, whatever call it belongs to.",
  loses: true,
  params: {
    afterMs: integer({ min: 0, default: 0, doc: "How long requests pass before it begins." }),
    forMs: optional(integer({ min: 0, doc: "How long it lasts from there; without it, for ever." })),
    rampMs: integer({
      min: 0,
      default: 0,
      doc: "How long it takes from none failing to all; a part of the requests fails meanwhile.",
    }),
    how: choice(["status", "reset", "close", "hang"], {
      default: "status",
      doc: "What a request that fails meets: a status, RST, FIN, or silence. The provider never hears of it.",
    }),
    status: integer({ min: 400, max: 599, default: 503, doc: "The status when `how` is `status`." }),
  },
  act: (settings) => {
    // Bound once for all exchanges of a program: they share the time.
    let beganMs: number | null = null;
    return async (exchange) => {
      beganMs ??= exchange.clock.monotonic();
      const share = failingShare(exchange.clock.monotonic() - beganMs, settings);
      if (exchange.random.next() < share) return failed(exchange, settings);
      for await (const { bytes } of exchange.provider()) await exchange.send(bytes);
      exchange.end("keep");
    };
  },
});

interface Settings {
  readonly afterMs: number;
  readonly forMs?: number | undefined;
  readonly rampMs: number;
  readonly how: "status" | "reset" | "close" | "hang";
  readonly status: number;
}

/** Which share of the requests fails so long after the first one. */
function failingShare(atMs: number, { afterMs, forMs = Number.POSITIVE_INFINITY, rampMs }: Settings): number {
  const sinceMs = atMs - afterMs;
  if (sinceMs < 0 || sinceMs >= forMs) return 0;
  return rampMs === 0 ? 1 : sinceMs / rampMs;
}

async function failed(exchange: FaultedExchange, { how, status }: Settings): Promise<void> {
  await exchange.requestRead();
  exchange.fired();
  if (how === "reset") return exchange.end("rst");
  if (how === "close") return exchange.end("fin");
  if (how === "hang") return exchange.clock.sleep(Number.POSITIVE_INFINITY, exchange.signal);
  const dialect = exchange.declared?.errors[String(status)];
  const headers = { "content-type": "application/json" };
  const answer = dialect ?? { headers, body: JSON.stringify({ error: { status } }) };
  await exchange.send(answerBytes(exchange.method, { ...answer, status }));
  exchange.end("keep");
}
