import type { LeakRecord } from "../model.ts";

/** A secret that was planted, or that the contract read from the environment. */
export interface Canary {
  readonly kind: LeakRecord["canary"];
  readonly value: string;
}

/** Shorter values would be found everywhere by chance. */
export const shortestSearched = 6;

/** A canary with every form in which a log may show it. */
export interface SearchedCanary extends Canary {
  readonly forms: readonly string[];
}

/** The forms of a secret worth looking for: as it is, URL-encoded, JSON-escaped, and inside any base64 text. */
export function searched(canary: Canary): SearchedCanary {
  const { value } = canary;
  if (value.length < shortestSearched) return { ...canary, forms: [] };
  const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...base64Forms(value)];
  return { ...canary, forms: [...new Set(forms)].filter((form) => form.length >= shortestSearched) };
}

/** Base64 shifts with what stands before: three alignments, each without the characters that neighbours change. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
    const skipped = shift === 0 ? 0 : shift + 1;
    const whole = bytes.toString("base64").replace(/=+$/, "");
    const kept = bytes.length % 3 === 0 ? whole : whole.slice(0, -1);
    const text = kept.slice(skipped);
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** Which canaries a line shows. */
export function canariesIn(line: string, canaries: readonly SearchedCanary[]): SearchedCanary[] {
  return canaries.filter((canary) => canary.forms.some((form) => line.includes(form)));
}

/** The line with every form of the canaries replaced by what it was. */
export function withoutCanaries(line: string, canaries: readonly SearchedCanary[]): string {
  let clean = line;
  for (const canary of canaries) {
    const byLength = [...canary.forms].sort((one, other) => other.length - one.length);
    for (const form of byLength) clean = clean.replaceAll(form, `[canary: ${canary.kind}]`);
  }
  return clean;
}

/** A number that passes the card check digit, from a range that card schemes keep for tests. */
export function testCardNumber(random: { next(): number }): string {
  const digits = [4, 0, 0, 0, 0, 0, ...Array.from({ length: 9 }, () => Math.floor(random.next() * 10))];
  return [...digits, checkDigit(digits)].join("");
}

function checkDigit(digits: readonly number[]): number {
  const sum = digits.toReversed().reduce((total, digit, index) => total + luhn(digit, index), 0);
  return (10 - (sum % 10)) % 10;
}

function luhn(digit: number, index: number): number {
  if (index % 2 === 1) return digit;
  return digit < 5 ? digit * 2 : digit * 2 - 9;
}
