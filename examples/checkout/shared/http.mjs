const bodyBytesMax = 1_000_000;

/** Reads a JSON body of at most one megabyte; throws an error with a `status` for the caller otherwise. */
export async function readJson(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw refusal(413, "The body is larger than one megabyte.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw refusal(400, "The body is not JSON.");
  }
}

/** The order that a body asks for; throws an error with a `status` for the caller when it asks for none. */
export function orderFrom(body) {
  const { id, amount, card } = body ?? {};
  if (typeof id !== "string" || id === "") throw refusal(422, "`id` is a text that names the order.");
  if (!Number.isInteger(amount) || amount <= 0) throw refusal(422, "`amount` is a whole number of cents.");
  return { id, amount, card };
}

/** Answers with JSON, once: a response that is under way or gone is left alone. */
export function sendJson(response, status, body) {
  if (response.headersSent || response.destroyed) return;
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "content-type": type });
  response.end(JSON.stringify(body));
}

function refusal(status, message) {
  return Object.assign(new Error(message), { status });
}
