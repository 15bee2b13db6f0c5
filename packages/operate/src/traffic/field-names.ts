/** What a field of an access log holds, under the one name that we have for it. */
export type Field =
  | "start"
  | "end"
  | "request-line"
  | "method"
  | "target"
  | "status"
  | "flags"
  | "duration-ms"
  | "duration-s"
  | "first-byte-ms"
  | "first-byte-s"
  | "authority"
  | "upstream"
  | "cluster"
  | "tries"
  | "trace"
  | "request-id"
  | `header:${string}`
  | `answer:${string}`;

/** Variables of nginx (log_format) and keys of JSON logs, those of Istio's and Envoy's examples included. */
const named: Readonly<Record<string, Field>> = {
  time_local: "end",
  time_iso8601: "end",
  msec: "end",
  time: "end",
  timestamp: "end",
  "@timestamp": "end",
  ts: "end",
  start_time: "start",
  request: "request-line",
  request_method: "method",
  method: "method",
  request_uri: "target",
  uri: "target",
  path: "target",
  status: "status",
  response_code: "status",
  response_flags: "flags",
  duration: "duration-ms",
  duration_ms: "duration-ms",
  request_time: "duration-s",
  upstream_service_time: "first-byte-ms",
  response_duration: "first-byte-ms",
  upstream_header_time: "first-byte-s",
  host: "authority",
  http_host: "authority",
  authority: "authority",
  server_name: "authority",
  proxy_host: "upstream",
  upstream_host: "upstream",
  upstream_addr: "upstream",
  proxy_upstream_name: "cluster",
  upstream_cluster: "cluster",
  upstream_cluster_raw: "cluster",
  upstream_request_attempt_count: "tries",
  trace_id: "trace",
  traceid: "trace",
  request_id: "request-id",
  x_request_id: "request-id",
  req_id: "request-id",
  http_x_request_id: "request-id",
  traceparent: "header:traceparent",
  idempotency_key: "header:idempotency-key",
  retry_after: "answer:retry-after",
};

/** The field that a variable of nginx or a key of a JSON log stands for; `null` for one that tells nothing here. */
export function fieldOf(variable: string): Field | null {
  const name = variable.toLowerCase();
  const known = named[name] ?? named[name.replaceAll("-", "_")];
  if (known !== undefined) return known;
  for (const [prefix, kind] of prefixes)
    if (name.startsWith(prefix)) return `${kind}:${name.slice(prefix.length).replaceAll("_", "-")}`;
  return null;
}

const prefixes = [
  ["upstream_http_", "answer"],
  ["sent_http_", "answer"],
  ["http_", "header"],
] as const;

/** Command operators of Envoy that tell something by themselves; those of headers are taken apart. */
const operators: Readonly<Record<string, Field>> = {
  START_TIME: "start",
  RESPONSE_CODE: "status",
  RESPONSE_FLAGS: "flags",
  DURATION: "duration-ms",
  RESPONSE_DURATION: "first-byte-ms",
  UPSTREAM_HOST: "upstream",
  UPSTREAM_CLUSTER: "cluster",
  UPSTREAM_CLUSTER_RAW: "cluster",
  UPSTREAM_REQUEST_ATTEMPT_COUNT: "tries",
  TRACE_ID: "trace",
};

const pseudo: Readonly<Record<string, Field>> = {
  ":method": "method",
  ":path": "target",
  "x-envoy-original-path": "target",
  ":authority": "authority",
  "x-request-id": "request-id",
  "x-envoy-upstream-service-time": "first-byte-ms",
};

/** The field that an operator of Envoy stands for: `REQ(X-ENVOY-ORIGINAL-PATH?:PATH)`, `START_TIME(%s.%3f)`, `DURATION`. */
export function fieldOfOperator(operator: string): Field | null {
  const open = operator.indexOf("(");
  const name = open < 0 ? operator : operator.slice(0, open);
  const close = operator.lastIndexOf(")");
  const argument = open < 0 || close < open ? "" : operator.slice(open + 1, close);
  const header = (argument.split("?")[0] ?? "").toLowerCase();
  if (name === "REQ" || name === "REQUEST_HEADER") return pseudo[header] ?? `header:${header}`;
  if (name === "RESP" || name === "RESPONSE_HEADER") return pseudo[header] ?? `answer:${header}`;
  return operators[name] ?? null;
}
