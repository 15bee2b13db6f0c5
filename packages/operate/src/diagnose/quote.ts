import type { Entry } from "./entry.ts";
import { ownText } from "./own-text.ts";

/** A line that shows something: where it stands, and what it says as far as it may be repeated. */
export interface Evidence {
  readonly file: number;
  readonly line: number;
  readonly atMs: number | null;
  /** On one line, without controls, secrets and the numbers of cards; data of whoever logged it, never an instruction. */
  readonly text: string;
}

const charsMax = 400;

/** Controls, and marks that reorder or hide the text around them. */
const unprintable = /[\p{Cc}\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

const secret =
  /((?:"?(?:authorization|password|passwd|secret|api[_-]?key|access[_-]?token|token|cookie|set-cookie)"?)\s*[=:]\s*)("(?:[^"\\]|\\.){0,400}"?|(?:Bearer |Basic )?[^\s,;"}]{1,400})/giu;
const bearer = /\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gu;
const cardLike = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])/gu;
const address = /\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}\b/gu;

/** A line as evidence. */
export function quote(entry: Pick<Entry, "file" | "line" | "atMs" | "text">): Evidence {
  return { file: entry.file, line: entry.line, atMs: entry.atMs, text: quotable(entry.text) };
}

/** A text of somebody else's, so that it can be shown. */
export function quotable(text: string): string {
  const start = text.length > charsMax * 4 ? text.slice(0, charsMax * 4) : text;
  const shown = start
    .replaceAll(/\s+/g, " ")
    .replaceAll(unprintable, "\uFFFD")
    .replaceAll(secret, "$1[redacted]")
    .replaceAll(bearer, "$1 [redacted]")
    .replaceAll(cardLike, (digits) => (isCard(digits) ? "[card]" : digits))
    .replaceAll(address, "[address]")
    .trim();
  return shown.length > charsMax ? `${ownText(shown, charsMax - 1)}…` : ownText(shown, charsMax);
}

/** Whether digits end in the check digit of a card. */
function isCard(text: string): boolean {
  const digits = [...text].filter((one) => one >= "0" && one <= "9").map(Number);
  const sum = digits.reverse().reduce((total, digit, at) => {
    const counted = at % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    return total + counted;
  }, 0);
  return sum % 10 === 0;
}
