import type { isSecretName } from "./secret-names.ts";

type Token = (kind: string, value: string) => string;

// What stands for a secret is not read again: it begins with «.
// name=value, name: value, "name": "value", name="value"; escaped quotes inside JSON strings, percent-encoded signs, and a value cut before its quote ends.
const named =
  /(["']?)(?<![A-Za-z0-9_.«-])([A-Za-z0-9_.-]{0,64}(?:key|token|jwt|otp|secret|passw(?:or)?d|passphrase|pwd|credential|signature|session|authorization|cookie)[A-Za-z0-9_.-]{0,64})((?:\\?["']|%(?:25){0,3}22)?\s*(?:[:=]|%(?:25){0,3}3[ad])\s*)([[{]|"(?:[^"\\]|\\[^"])*\\?"|\\"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|\\?"[^"\n]+|'[^\s']+|[^\s"'&,;}\])]+)/gi;
const assigned = /[:=]|%(?:25){0,3}3[ad]/i;
/** A value that somebody has masked already, or none. */
export const masked: RegExp =
  /^(?:\\?["'])?(?:[[<(]?(?:redacted|masked|filtered|hidden|removed)\b|\*{2}|x{4,}$|null$|undefined$|$)|«/i;
/** A list or an object that holds nothing, or of which only the type was written. */
const hollow = /^(?:\[\s{0,9}\]|\{\s{0,9}\}|\[(?:object \w{1,40}|object|array)\])/i;
/** Characters of a list or an object that are looked at for its end. */
const longest = 65_536;
const rest = /[^\s"'&,;}\])]*/y;

/** The text with the values of fields replaced whose names say that they are secrets: words, strings, and whole lists and objects. */
export function findFields(text: string, token: Token, nameOf: typeof isSecretName): string {
  if (!assigned.test(text)) return text;
  let safe = "";
  let done = 0;
  let next = 0;
  for (;;) {
    named.lastIndex = next;
    const match = named.exec(text);
    if (match === null) return safe + text.slice(done);
    next = match.index + match[0].length;
    const kind = nameOf(nameIn(match, text));
    if (kind === null) continue;
    const written = match[4] ?? "";
    const start = next - written.length;
    const value = /^[[{]/.test(written) ? structureAt(text, start) : written;
    const replaced = replacedValue(value, kind, token);
    if (replaced === null) continue;
    safe += text.slice(done, start) + replaced;
    next = start + value.length;
    done = next;
  }
}

function nameIn({ index, 1: quote = "", 2: name = "" }: RegExpExecArray, text: string): string {
  const encoded = text[index + quote.length - 1] === "%";
  return encoded ? name.replace(/^(?:25){0,3}[\da-f]{2}/i, "") : name;
}

function replacedValue(written: string, kind: string, token: Token): string | null {
  if (/^[[{]/.test(written)) {
    const nothing = masked.test(written.slice(0, 40)) || hollow.test(written);
    return nothing ? null : token(kind, written);
  }
  if (/^(?:bearer|basic)$/i.test(written)) return null;
  const open = /^\\?["']/.exec(written)?.[0] ?? "";
  const close = open === "" ? "" : (/\\?["']$/.exec(written.slice(open.length))?.[0] ?? "");
  const value = written.slice(open.length, written.length - close.length);
  if (masked.test(value) || value.includes("«")) return null;
  return open + token(kind, value) + close;
}

/** The list or object that begins here, with what hangs on to it; up to the end of the text, or of `longest`, when it was cut. */
function structureAt(text: string, start: number): string {
  if (masked.test(text.slice(start, start + 40))) return text.slice(start, start + 40);
  const last = Math.min(text.length, start + longest);
  let depth = 0;
  for (let at = start; at < last; at++) {
    const sign = text[at] ?? "";
    if (opens(text, at)) at = endOfString(text, at, last);
    depth += deeper[sign] ?? 0;
    if (depth > 0) continue;
    rest.lastIndex = at + 1;
    return text.slice(start, at + 1) + (rest.exec(text)?.[0] ?? "");
  }
  return text.slice(start, last);
}

const deeper: Readonly<Record<string, number>> = { "[": 1, "{": 1, "]": -1, "}": -1 };

/** Whether a string begins here: an apostrophe within a word begins none. */
function opens(text: string, at: number): boolean {
  return text[at] === '"' || (text[at] === "'" && /[\s[{(,:=\\]/.test(text[at - 1] ?? ""));
}

/** The index of the quote that ends the string: in JSON inside JSON, the one behind as many backslashes, further pairs of them apart. */
function endOfString(text: string, start: number, last: number): number {
  const sign = text[start] ?? "";
  const level = backslashes(text, start);
  for (let at = text.indexOf(sign, start + 1); at >= 0 && at < last; at = text.indexOf(sign, at + 1))
    if (backslashes(text, at) % (2 * level + 2) === level) return at;
  return last;
}

function backslashes(text: string, before: number): number {
  let count = 0;
  while (text[before - 1 - count] === "\\") count++;
  return count;
}
