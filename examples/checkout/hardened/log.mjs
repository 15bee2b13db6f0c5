import { currentTrace } from "@holdfast/resilience/inbound";

/**
 * Writes one line of JSON to stdout, with the ids of the trace in which it is written. Callers name the fields they want to see:
 * headers and bodies are never logged as they came, for they hold credentials and cards.
 */
export function log(level, message, fields = {}) {
  const trace = currentTrace();
  const ids = trace === null ? {} : { trace_id: trace.traceId, span_id: trace.parentId };
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, message, ...ids, ...fields })}\n`,
  );
}
