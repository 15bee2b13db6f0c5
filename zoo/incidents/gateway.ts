import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What became of a request behind a gateway. */
interface Passed {
  readonly status: number;
  readonly code: string;
  readonly tookMs: number;
  readonly id: string;
  readonly trace: string;
}

/** A gateway's line, in one of two ways of telling the same. */
function lineOf(kind: "logfmt" | "text", { status, code, tookMs, id, trace }: Passed): string {
  const now = new Date().toISOString();
  const failed = status >= 500;
  if (kind === "logfmt") {
    const end = code === "" ? `status=${status}` : `error_code=${code}`;
    const says = failed ? "upstream failed" : "upstream answered";
    return `ts=${now} level=${failed ? "error" : "info"} service=gateway msg="${says}" request_id=${id} trace_id=${trace} upstream=checkout method=POST path=/orders ${end} duration_ms=${tookMs}`;
  }
  const time = now.replace("T", " ").replace(".", ",").replace("Z", "");
  const begin = `${time} ${failed ? "ERROR" : "INFO "} [gateway] ${id} trace=${trace} upstream checkout`;
  return code === "" ? `${begin} answered ${status} in ${tookMs} ms` : `${begin} failed: connect ${code}`;
}

/** A running gateway, and what it has logged. */
export interface Gateway {
  readonly server: Server;
  readonly url: string;
  readonly lines: string[];
}

/** A gateway that passes requests on and tells in its own way what became of them. */
export async function startGateway(kind: "logfmt" | "text", to: string): Promise<Gateway> {
  const lines: string[] = [];
  const server = createServer(async (request, response) => {
    const traceparent = String(request.headers["traceparent"]);
    const body = Buffer.concat(await request.toArray());
    const startMs = performance.now();
    const headers = { "content-type": "application/json", traceparent };
    const { text, ...answer } = await fetch(to + request.url, { method: "POST", body, headers }).then(
      async (got) => ({ status: got.status, text: await got.text(), code: "" }),
      (failure: Error) => ({
        status: 502,
        text: "{}",
        code: (failure.cause as { code?: string })?.code ?? "ERR",
      }),
    );
    const id = `req-${String(lines.length + 1).padStart(4, "0")}`;
    const trace = traceparent.split("-")[1] ?? "";
    lines.push(lineOf(kind, { ...answer, id, trace, tookMs: Math.round(performance.now() - startMs) }));
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lines };
}
