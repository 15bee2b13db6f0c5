import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RequestPattern } from "@holdfast/contract";
import { httpRequest } from "./drivers/http-request.ts";
import type { Scraped } from "./scrape.ts";
import { metricsPath } from "./targets-file.ts";

/** Passes on the metrics of instances, at one address that outlasts each of them. */
export interface MetricsRelay {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Asks the instance from now on for what it is asked for. */
  begin(instance: Scraped): void;
  /** Reads its metrics a last time, where it lives, and answers with what it told last from now on. */
  hold(id: string): Promise<void>;
  /** Whether what is held was read, or nothing is held. */
  wasRead(id: string): boolean;
  forget(id: string): void;
  /** How long ago somebody asked, in ms; `null`: nobody ever did. */
  quietMs(): number | null;
  close(): void;
}

interface Page {
  readonly type: string;
  readonly body: string;
}

interface Entry {
  readonly instance: Scraped;
  last: Page | null;
  held: boolean;
  wasRead: boolean;
}

const answerMs = 5_000;
/** An instance is to end: it is not waited for as long. */
const lastMs = 500;
const textBytesMax = 2_000_000;
const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

/** Opens it on a free port of 127.0.0.1; it keeps no process alive. */
export async function openRelay(metrics: RequestPattern, now: () => number): Promise<MetricsRelay> {
  const entries = new Map<string, Entry>();
  let askedMs: number | null = null;

  async function read({ url, exit }: Scraped, accepted: string, timeoutMs: number): Promise<Page | null> {
    // Where it listened, another one may listen now.
    if (url === null || exit() !== null) return null;
    const came = await httpRequest({
      url: url.replace(/\/$/, "") + metrics.path,
      method: metrics.method,
      headers: { accept: accepted },
      body: null,
      signal: AbortSignal.timeout(timeoutMs),
      keepBytes: textBytesMax,
    });
    const isSound = came.kind === "answer" && came.status === 200 && came.bytes <= textBytesMax;
    return isSound ? { type: came.type, body: came.body } : null;
  }

  async function pageOf(entry: Entry, accepted: string): Promise<Page | null> {
    if (entry.held) return entry.last;
    const page = await read(entry.instance, accepted, answerMs);
    // It may have come to be held meanwhile.
    if (entry.held) return page ?? entry.last;
    entry.last = page ?? entry.last;
    return page;
  }

  async function serve({ url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    askedMs = now();
    const entry = [...entries.values()].find(({ instance }) => metricsPath(instance.id) === url);
    if (entry === undefined) return answer(response, 404, null);
    const wasHeld = entry.held;
    const page = await pageOf(entry, headers.accept ?? accept);
    if (wasHeld)
      response.once("finish", () => {
        entry.wasRead = true;
      });
    answer(response, page === null ? 502 : 200, page);
  }

  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    begin: (instance) => entries.set(instance.id, { instance, last: null, held: false, wasRead: false }),
    hold: async (id) => {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.last = (await read(entry.instance, accept, lastMs)) ?? entry.last;
      entry.held = true;
    },
    wasRead: (id) => {
      const entry = entries.get(id);
      return entry === undefined || entry.last === null || entry.wasRead;
    },
    forget: (id) => void entries.delete(id),
    quietMs: () => (askedMs === null ? null : now() - askedMs),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(response: ServerResponse, status: number, page: Page | null): void {
  response.writeHead(status, page === null || page.type === "" ? {} : { "content-type": page.type });
  response.end(page?.body);
}
