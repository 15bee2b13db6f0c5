/**
 * Writes one line of JSON to stdout, with the ids of the trace it belongs to. Callers name the fields they want to see:
 * headers and bodies are never logged as they came, for they hold credentials and cards.
 */
export function log(level, message, trace, fields = {}) {
  const line = {
    time: new Date().toISOString(),
    level,
    message,
    trace_id: trace.traceId,
    span_id: trace.spanId,
    ...fields,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
