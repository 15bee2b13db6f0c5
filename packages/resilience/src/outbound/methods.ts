/** The methods that executing twice does no harm (RFC 9110, 9.2.2), and QUERY, which is safe by its draft. */
const idempotentMethods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "PUT",
  "DELETE",
  "TRACE",
  "QUERY",
]);

/** Whether a request of this method may be executed twice without harm, by the method alone. */
export function isIdempotentMethod(method: string): boolean {
  return idempotentMethods.has(method.toUpperCase());
}
