import { findSecrets, isCredentialName } from "@holdfast/core";

const shortest = 8;
const words: Readonly<Record<string, string>> = {
  authorization: "authorization",
  card: "a number like that of a card",
  token: "a token",
  "private-key": "a private key",
  "url-password": "a password in an address",
};

/** What in a line looks like a secret by its form alone; `null` where nothing does. An address of a person is none. */
export function secretLike(text: string): string | null {
  let first: string | null = null;
  const found = (kind: string, value: string): string => {
    const long = value.length >= shortest && !isPlain(kind, value);
    const counts = kind !== "address" && (long || kind === "url-password");
    if (counts && !/^(?:true|false)$/i.test(value))
      first ??= words[kind] ?? "a field with the name of a secret";
    return "«»";
  };
  findSecrets(text, found, isCredentialName);
  return first;
}

/** A word with a digit in it that is no date, as a string in a list or an object. */
const leaf = /["'](?!\d{4}-\d\d)(?=[^"'\s\d]*\d)[^"'\s]{8,}["']/;

/** A list or an object that tells about a secret, such as what is wrong with a password or when a session began, and holds none. */
function isPlain(kind: string, value: string): boolean {
  return /^[[{]/.test(value) && (kind === "session" || !leaf.test(value));
}
