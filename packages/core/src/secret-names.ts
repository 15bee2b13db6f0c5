const readable = new Set(["traceparent", "tracestate", "x-request-id", "x-correlation-id", "request-id"]);
const credentials = new Set(["authorization", "proxy-authorization", "www-authenticate", "x-api-key"]);
const cookies = new Set(["cookie", "set-cookie", "cookie2", "set-cookie2"]);
const secretWord =
  /key|token|jwt|secret|passw(?:or)?d|passphrase|pwd|credential|signature|session|(?:^|[_.-])otp$/i;

/**
 * The kind of secret that a header or field of this name holds, or `null` when its value may be read. Broad: for what is stored
 * with equal values staying equal, where a key that is no secret loses nothing.
 */
export function isSecretName(name: string): string | null {
  const lower = name.toLowerCase();
  if (readable.has(lower)) return null;
  if (credentials.has(lower)) return "authorization";
  if (cookies.has(lower)) return "cookie";
  const word = secretWord.exec(lower);
  return word === null ? null : word[0].replace(/^(?:passwd|pwd)$/, "password");
}

const forNobody =
  /authorization|cookie|passw(?:or)?d|passphrase|pwd|secret|credential|(?:api|access|auth|private|signing|encryption|account|shared|licen[cs]e)[_-]?key|(?:access|auth|refresh|bearer|csrf|xsrf|client|id|api|session)[_-]?token|session[_-]?id|signature|^(?:token|jwt|session|otp)$|[_.-](?:token|jwt|otp)$/i;

/**
 * The kind of secret that a field of this name holds, or `null`. Narrow: for texts that somebody reads and for labels of metrics,
 * where the name of a queue (`routing_key`) or a kind of token (`token_type`) tells what is wrong.
 */
export function isCredentialName(name: string): string | null {
  return forNobody.test(name) ? (isSecretName(name) ?? "secret") : null;
}
