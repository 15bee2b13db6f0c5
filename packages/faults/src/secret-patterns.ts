import { isSecretName } from "./secret-names.ts";

type Token = (kind: string, value: string) => string;

const scheme = /\b(bearer|basic)(\s+|%20)([A-Za-z0-9._~+/=-]{6,})/gi;
// name=value, name: value, "name": "value", name="value"; escaped quotes inside JSON strings too.
const named =
  /(["']?)([A-Za-z0-9_.-]*(?:key|token|secret|passw(?:or)?d|pwd|credential|signature|session|authorization|cookie)[A-Za-z0-9_.-]*)(\\?["']?\s*[:=]\s*)(\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s"'&,;}\])]+)/gi;
// Digits within a longer hexadecimal text (a trace id, a digest) are no card number, even when their check digit fits.
const cardLike = /(?<![\da-f]|\d\.)(?:\d[ -]?){12,18}\d(?![\da-f]|\.\d)/gi;

/** The text with secrets that give themselves away replaced: tokens by their scheme, fields by their names, card numbers. */
export function findSecrets(text: string, token: Token): string {
  let safe = text;
  if (/bearer|basic/i.test(safe)) {
    safe = safe.replace(
      scheme,
      (_all, word: string, gap: string, value: string) => word + gap + token("authorization", value),
    );
  }
  if (/[:=]/.test(safe)) safe = safe.replace(named, (...parts: string[]) => replaceNamed(parts, token));
  if (/\d/.test(safe)) {
    safe = safe.replace(cardLike, (digits) =>
      passesLuhn(digits) ? token("card", digits.replace(/\D/g, "")) : digits,
    );
  }
  return safe;
}

function replaceNamed(parts: readonly string[], token: Token): string {
  const [all = "", quote = "", name = "", gap = "", written = ""] = parts;
  const kind = isSecretName(name);
  if (kind === null || written.includes("«") || /^(?:bearer|basic)$/i.test(written)) return all;
  const open = /^\\?["']/.exec(written)?.[0] ?? "";
  const value = written.slice(open.length, written.length - open.length);
  if (value === "" || value === "null" || value === "undefined") return all;
  return `${quote}${name}${gap}${open}${token(kind, value)}${open}`;
}

/** The check digit of card numbers. */
export function passesLuhn(written: string): boolean {
  const digits = written.replace(/\D/g, "");
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1*$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
