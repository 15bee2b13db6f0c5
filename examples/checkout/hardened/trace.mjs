import { randomBytes } from "node:crypto";

const wellFormed = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The trace that a request belongs to, or a new one when it brought none that is well formed. */
export function traceOf(headers) {
  const [, traceId, flags] = wellFormed.exec(headers.traceparent ?? "") ?? [];
  if (traceId === undefined)
    return { traceId: randomId(16), spanId: randomId(8), flags: "01", state: undefined };
  return { traceId, spanId: randomId(8), flags, state: headers.tracestate };
}

/** The headers that make an attempt a child of `trace`; each attempt is a span of its own. */
export function traceHeaders(trace) {
  const traceparent = `00-${trace.traceId}-${randomId(8)}-${trace.flags}`;
  return trace.state === undefined ? { traceparent } : { traceparent, tracestate: trace.state };
}

function randomId(bytes) {
  return randomBytes(bytes).toString("hex");
}
