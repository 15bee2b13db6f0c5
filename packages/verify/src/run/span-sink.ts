import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { spansInJson } from "../otlp/json.ts";
import { spansInProtobuf } from "../otlp/protobuf.ts";
import type { OtlpSpan, SpanValue } from "../otlp/span.ts";
import type { SpanRecord } from "../otlp/span-record.ts";

/** Where services of a run send their spans to. */
export interface SpanSink {
  readonly port: number;
  /** How a service that exports spans learns of it: the variables of OpenTelemetry. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** More than a service sends at once, and more than a run needs. */
const bodyBytesMax = 4 << 20;
const spansMax = 20_000;
const textLongest = 200;

/** What a judge asks for: what was called, what came of it, and what kind of span it is. */
const kept =
  /^(error\.type|exception\.(type|message)|http\.(request\.(method|resend_count)|response\.status_code|method|status_code|url|resend_count)|url\.full|server\.(address|port)|peer\.service|net\.peer\.(name|port)|rpc\.(system|method|grpc\.status_code)|db\.system(\.name)?|messaging\.system)$/;

/** Listens for spans as OTLP over HTTP sends them, in JSON or protobuf, and records the little of them that is judged. */
export async function openSpanSink(tools: {
  readonly record: (span: SpanRecord) => void;
  readonly redact: (text: string) => string;
}): Promise<SpanSink> {
  let count = 0;
  const record = (span: OtlpSpan): void => {
    if (count++ < spansMax) tools.record(recordOf(span, tools.redact));
  };
  const server = createServer((request, response) => {
    const type = request.headers["content-type"] ?? "application/x-protobuf";
    const read = type.includes("json")
      ? (body: Buffer) => spansInJson(body.toString("utf8"))
      : spansInProtobuf;
    const isForUs = request.method === "POST" && request.url?.endsWith("/v1/traces") === true;
    bodyOf(request)
      .then((body) => (isForUs ? read(body).forEach(record) : undefined))
      .then(() => response.writeHead(200, { "content-type": type }).end(type.includes("json") ? "{}" : ""))
      // An exporter tries again after most failures; what cannot be read now cannot be read then.
      .catch(() => response.writeHead(400).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    port,
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
      // The one protocol over HTTP that every language's exporter has.
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new RangeError("more spans at once than are taken");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (request.headers["content-encoding"] !== "gzip") return body;
  return promisify(gunzip)(body, { maxOutputLength: bodyBytesMax });
}

function recordOf(span: OtlpSpan, redact: (text: string) => string): SpanRecord {
  const { traceId, spanId, parentId, kind, status } = span;
  const tell = (value: SpanValue): SpanValue =>
    typeof value === "string" ? redact(value.replaceAll(/\?\S*/g, "")).slice(0, textLongest) : value;
  const attributes = Object.entries({ ...span.exception, ...span.attributes })
    .filter(([name]) => kept.test(name))
    .map(([name, value]) => [name, tell(value)]);
  return {
    type: "span",
    trace: traceId,
    span: spanId,
    parent: parentId,
    name: String(tell(span.name)),
    kind,
    status,
    message: String(tell(span.message)),
    attributes: Object.fromEntries(attributes),
  };
}
