/** A client that sends spans by OTLP over HTTP in JSON, written by hand: one for the call, one for each of its attempts. */
import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { consumer, correct, isTraceparent } from "./base.mjs";

/** The correct behaviours of `traced`: what a span tells of an attempt, where `error` is null when it succeeded. */
export const tellsAll = {
  attributes: ({ attempt, url, status, error }) => ({
    "http.request.method": "POST",
    "server.address": url.hostname,
    "server.port": Number(url.port),
    ...(attempt > 1 ? { "http.request.resend_count": attempt - 1 } : {}),
    ...(status === null ? {} : { "http.response.status_code": status }),
    ...(error === null ? {} : { "error.type": status === null ? error : String(status) }),
  }),
  /** 2 is an error, 0 is none. */
  status: ({ error }) => ({ code: error === null ? 0 : 2 }),
  /** Which attempts have a span of their own. */
  hasSpan: () => true,
};

/** Makes `call` of the client that does everything right, with spans as `telling` says. */
export function traced(telling = tellsAll) {
  const place = consumer({ ...correct, traceHeaders: (call) => ({ traceparent: call.begin(call.attempt) }) });
  return async (call) => {
    const trace = openTrace(call, telling);
    const log = (line) => {
      trace.seen(line);
      call.log?.(line);
    };
    try {
      return await place({ ...call, log, begin: trace.begin });
    } finally {
      send(trace.spans());
    }
  };
}

function openTrace({ traceparent, addresses }, telling) {
  const [, traceId = newId(16), parentSpanId = ""] = isTraceparent(traceparent) ? traceparent.split("-") : [];
  const url = new URL(addresses.payments);
  const root = {
    traceId,
    spanId: newId(8),
    parentSpanId,
    name: "POST /orders",
    kind: 2,
    startTimeUnixNano: now(),
  };
  const spans = [];
  let open = null;
  return {
    begin: (attempt) => {
      open = { attempt, spanId: newId(8), startTimeUnixNano: now() };
      return `00-${traceId}-${open.spanId}-01`;
    },
    seen: ({ event, status = 201, reason = null }) => {
      if (open === null || (event !== "attempt.failed" && event !== "call.succeeded")) return;
      const { attempt, spanId, startTimeUnixNano } = open;
      const facts = { attempt, url, status, error: reason };
      open = null;
      if (!telling.hasSpan(facts)) return;
      const attributes = Object.entries(telling.attributes(facts)).map(([key, value]) => ({
        key,
        value: any(value),
      }));
      const times = { startTimeUnixNano, endTimeUnixNano: now() };
      const what = { name: "POST", kind: 3, attributes, status: telling.status(facts) };
      spans.push({ traceId, spanId, parentSpanId: root.spanId, ...what, ...times });
    },
    spans: () => [{ ...root, endTimeUnixNano: now() }, ...spans],
  };
}

/** Nobody waits for them, and nobody minds when they are lost. */
function send(spans) {
  const endpoint = process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (endpoint === undefined) return;
  const post = request(endpoint, { method: "POST", headers: { "content-type": "application/json" } });
  post.on("response", (answer) => answer.resume()).on("error", () => {});
  post.end(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
}

function any(value) {
  return typeof value === "number" ? { intValue: String(value) } : { stringValue: value };
}

function newId(bytes) {
  return randomBytes(bytes).toString("hex");
}

function now() {
  return `${Date.now()}000000`;
}
