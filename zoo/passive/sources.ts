import { randomBytes } from "node:crypto";
import type { RecordedCall, RecordedEnd, RecordedExchange, Recording } from "./recorded.ts";

/** What stands in an nginx configuration for the logs that `nginxLog` writes. */
export const nginxFormat =
  '$msec $request_time "$request" $status "$host" "$http_traceparent" "$http_idempotency_key" "$upstream_http_retry_after"';

interface Line {
  readonly endMs: number;
  readonly text: string;
}

/** The access log of an nginx in front of the service and of its providers. */
export function nginxLog({ calls, exchanges }: Recording): string {
  const line = (
    one: { readonly startMs: number; readonly endMs: number },
    request: string,
    status: number,
    host: string,
    headers: readonly (string | null | undefined)[],
  ): Line => ({
    endMs: one.endMs,
    text: `${(one.endMs / 1_000).toFixed(3)} ${((one.endMs - one.startMs) / 1_000).toFixed(3)} "${request} HTTP/1.1" ${status} "${host}" ${headers.map((value) => `"${value ?? "-"}"`).join(" ")}`,
  });
  return joined([
    ...calls.map((call) =>
      line(call, requestOf(call), call.status ?? 499, "shop", [call.traceparent, null, null]),
    ),
    ...exchanges.map((one) => {
      const { traceparent, "idempotency-key": key } = one.headers;
      // nginx writes the status that it has sent, whatever becomes of the rest of the answer.
      const status = one.status ?? (one.end === "given-up" ? 499 : 444);
      const kept = [traceparent, key, one.retryAfter];
      return line(one, `${one.method} ${one.target}`, status, one.provider ?? "payments", kept);
    }),
  ]);
}

/** The access log of the Envoy beside the service, as JSON with the fields that Istio writes and four more. */
export function envoyLog({ calls, exchanges }: Recording): string {
  const line = (
    one: { readonly startMs: number; readonly endMs: number },
    fields: Readonly<Record<string, unknown>>,
  ): Line => ({
    endMs: one.endMs,
    text: JSON.stringify({
      start_time: new Date(one.startMs).toISOString(),
      duration: one.endMs - one.startMs,
      protocol: "HTTP/1.1",
      request_id: randomBytes(16).toString("hex"),
      ...fields,
    }),
  });
  return joined([
    ...calls.map((call) =>
      line(call, {
        method: requestOf(call).split(" ")[0],
        path: requestOf(call).split(" ")[1],
        response_code: call.status ?? 0,
        response_flags: call.status === null ? "DC" : "-",
        upstream_cluster: "inbound|8080||",
        authority: "shop",
        traceparent: call.traceparent,
      }),
    ),
    ...exchanges.map((one) =>
      line(one, {
        method: one.method,
        path: one.target,
        response_code: one.status ?? 0,
        response_flags: flags[one.end],
        upstream_cluster: `outbound|443||${one.provider ?? "payments"}.example.org`,
        authority: `${one.provider ?? "payments"}.example.org`,
        traceparent: one.headers["traceparent"] ?? null,
        idempotency_key: one.headers["idempotency-key"] ?? null,
        retry_after: one.retryAfter,
      }),
    ),
  ]);
}

/** How an Envoy says who ended a request: downstream, the answer of upstream, or its connection. */
const flags: Readonly<Record<RecordedEnd, string>> = {
  answered: "-",
  "given-up": "DC",
  left: "DC",
  reset: "UR",
  closed: "UC",
  cut: "UC",
};

function requestOf({ request = "POST /orders" }: RecordedCall): string {
  return request;
}

/** The spans that an instrumentation of server and client makes of the same calls, in OTLP JSON. */
export function otlpTraces({ subject, calls, exchanges }: Recording): string {
  const byId = new Map(calls.map((call) => [call.id, { call, spanId: randomBytes(8).toString("hex") }]));
  const spans = [
    ...[...byId.values()].map(({ call, spanId }) => serverSpan(call, spanId)),
    ...exchanges.flatMap((one) => {
      const parent = byId.get(one.call);
      const trace = one.trace ?? (parent === undefined ? null : traceOf(parent.call));
      return trace === null ? [] : [clientSpan(one, trace, parent?.spanId ?? "")];
    }),
  ];
  const resource = { attributes: [attribute("service.name", subject)] };
  return `${JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })}\n`;
}

function serverSpan(call: RecordedCall, spanId: string): object {
  const [method = "", path = ""] = requestOf(call).split(" ");
  return {
    ...common(call, traceOf(call), spanId),
    parentSpanId: call.traceparent?.slice(36, 52) ?? "",
    name: requestOf(call),
    kind: 2,
    attributes: [
      attribute("http.request.method", method),
      attribute("url.path", path),
      ...(call.status === null
        ? [attribute("error.type", "AbortError")]
        : [attribute("http.response.status_code", call.status)]),
    ],
  };
}

/** What came in without a trace gets one of its own. */
function traceOf({ traceparent, id }: RecordedCall): string {
  const sent = /^00-([0-9a-f]{32})-/.exec(traceparent ?? "")?.[1];
  return sent ?? Buffer.from(id).toString("hex").padStart(32, "0").slice(-32);
}

const errors: Readonly<Record<RecordedEnd, string | null>> = {
  answered: null,
  "given-up": "AbortError",
  left: "AbortError",
  reset: "ECONNRESET",
  closed: "ECONNRESET",
  cut: "ECONNRESET",
};

function clientSpan(one: RecordedExchange, trace: string, parentSpanId: string): object {
  const error = errors[one.end];
  return {
    ...common(one, trace, randomBytes(8).toString("hex")),
    parentSpanId,
    name: one.method,
    kind: 3,
    attributes: [
      attribute("http.request.method", one.method),
      attribute("url.full", `http://${one.provider ?? "payments"}.example.org${one.target}`),
      attribute("server.address", `${one.provider ?? "payments"}.example.org`),
      ...(one.status === null ? [] : [attribute("http.response.status_code", one.status)]),
      ...(error === null ? [] : [attribute("error.type", error)]),
    ],
  };
}

function common(
  one: { readonly startMs: number; readonly endMs: number },
  traceId: string,
  spanId: string,
): object {
  return {
    traceId,
    spanId,
    startTimeUnixNano: `${one.startMs}000000`,
    endTimeUnixNano: `${one.endMs}000000`,
  };
}

function attribute(key: string, value: string | number): object {
  return { key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } };
}

function joined(lines: readonly Line[]): string {
  const sorted = lines.toSorted((a, b) => a.endMs - b.endMs);
  return `${sorted.map(({ text }) => text).join("\n")}\n`;
}
