/** A key as it was read from its header, or why it is none. */
export type KeyReading =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "missing" }
  | { readonly kind: "invalid"; readonly why: string };

/** A String of RFC 8941, with its two escapes. */
const quoted = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;
const visible = /^[\x21-\x7e]*$/;

/**
 * Reads the header. The draft asks for a String of RFC 8941, in quotes; most clients send the key bare. Both are one key. A header that came
 * twice arrives joined with a comma and a space, which no key has.
 */
export function readKey(header: string | null): KeyReading {
  if (header === null) return { kind: "missing" };
  const value = header.replace(/^[ \t]+|[ \t]+$/g, "");
  const isQuoted = value.startsWith('"');
  if (isQuoted && !quoted.test(value))
    return { kind: "invalid", why: "It begins with a quotation mark and is no single String of RFC 8941." };
  const key = isQuoted ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : value;
  if (key === "") return { kind: "invalid", why: "It is empty." };
  if (!visible.test(key))
    return { kind: "invalid", why: "It is sent twice, or has characters other than visible ASCII." };
  if (key.length > 255)
    return { kind: "invalid", why: `It has ${key.length} characters; 255 are the limit.` };
  return { kind: "key", key };
}
