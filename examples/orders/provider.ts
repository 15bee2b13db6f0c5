import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A request as the provider got it. */
export interface ProviderRequest {
  readonly path: string;
  readonly key: string;
  readonly traceparent: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A payment provider of this example's own: it does each thing once under its key, and remembers what it was asked. */
export interface Provider {
  readonly url: string;
  /** Every request, those that changed nothing among them. */
  readonly requests: readonly ProviderRequest[];
  /** What was really done for an order: `authorised`, `captured`, `cancelled`, each as often as it was. */
  doneFor(orderId: string): readonly string[];
  /** Has the next capture done at once and answered only later; resolves when it has been done. */
  stallCapture(stallMs: number): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Starts it. The card `tok_refused` is refused; every other one is fine. */
export async function startProvider(port = 0): Promise<Provider> {
  const requests: ProviderRequest[] = [];
  const ledger = new Map<string, Answer>();
  const done: (readonly [orderId: string, what: string])[] = [];
  let stall: { readonly stallMs: number; readonly reached: () => void } | null = null;

  /** The answer that was given under the key, or what is done now. */
  const answerTo = (request: ProviderRequest): Answer => {
    const known = ledger.get(request.key);
    if (known !== undefined) return known;
    const { answer, what } = decide(request);
    ledger.set(request.key, answer);
    if (what !== null) done.push([String(request.body["orderId"]), what]);
    // Whoever cancels a key that never arrived does not want it done when it arrives late.
    const cancelled = request.body["authorisedBy"];
    if (typeof cancelled === "string" && !ledger.has(cancelled)) ledger.set(cancelled, refused("cancelled"));
    return answer;
  };

  const server = createServer(async (incoming, response) => {
    const text = Buffer.concat(await incoming.toArray()).toString();
    const { headers, url = "" } = incoming;
    const request: ProviderRequest = {
      path: url,
      key: String(headers["idempotency-key"]),
      traceparent: headers["traceparent"]?.toString() ?? null,
      body: JSON.parse(text),
    };
    requests.push(request);
    const answer = answerTo(request);
    if (stall !== null && url === "/v1/captures") {
      const { stallMs, reached } = stall;
      stall = null;
      reached();
      await sleep(stallMs);
    }
    send(response, answer);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    doneFor: (orderId) => done.filter(([id]) => id === orderId).map(([, what]) => what),
    stallCapture: (stallMs) =>
      new Promise((reached) => {
        stall = { stallMs, reached };
      }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function decide({ path, key, body }: ProviderRequest): {
  readonly answer: Answer;
  readonly what: string | null;
} {
  const id = `${path.slice("/v1/".length, -1)}-${key}`;
  if (path === "/v1/authorisations" && body["card"] === "tok_refused")
    return { answer: refused("card_declined"), what: null };
  const what = {
    "/v1/authorisations": "authorised",
    "/v1/captures": "captured",
    "/v1/cancellations": "cancelled",
  }[path];
  if (what === undefined) return { answer: { status: 404, body: {} }, what: null };
  return { answer: { status: 201, body: { id, status: what } }, what };
}

function refused(code: string): Answer {
  return { status: 402, body: { error: { code } } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
