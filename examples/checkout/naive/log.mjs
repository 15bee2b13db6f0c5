/** Writes one line of JSON to stdout. */
export function log(level, message, context, fields = {}) {
  const line = {
    time: new Date().toISOString(),
    level,
    message,
    request_id: context.requestId,
    ...fields,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
