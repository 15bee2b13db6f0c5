/** What the CloudEvents bindings for text headers leave as it is: printable ASCII but space, `"` and `%`. */
const plain = /^[!#$&-~]*$/;
const encoded = /[^!#$&-~]+/g;

/** A text as a header of printable ASCII. */
export function percentEncode(text: string): string {
  // Nearly all there is to encode is ids and names, which are left as they are.
  if (plain.test(text)) return text;
  return text.toWellFormed().replace(encoded, encodeURIComponent);
}

/** The text again. What is not encoded properly stays as it is. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
