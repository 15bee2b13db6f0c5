import type { Reading } from "./reading.ts";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const notation = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** The pattern of a duration, for JSON Schema. */
export const durationPattern: string = notation.source;

/** The longest duration that is accepted: a hundred years of 365 days. */
export const longestDurationMs: number = 36_500 * unitMs.d;

const expected = "a duration such as 250ms, 1.5s, 5m, 1h or 30d";
const expectedInCode = "a duration such as 250ms or 1.5s, or a number of milliseconds";

/**
 * What a number without a unit means: `refused` in documents, where readers would have to guess the unit, and `ms` in code, where
 * times are computed.
 */
export type BareNumbers = "refused" | "ms";

/** Reads `250ms`, `1.5s`, `5m`, `1h`, `30d` as milliseconds; a number without a unit is refused unless `numbers` says `ms`. */
export function parseDuration(value: unknown, numbers: BareNumbers = "refused"): Reading<number> {
  if (numbers === "ms") {
    const reading = typeof value === "number" ? fromNumber(value) : fromText(value);
    return reading.ok ? reading : { ...reading, expected: expectedInCode };
  }
  if (typeof value !== "number") return fromText(value);
  return refused(`Add a unit: ${value}ms for milliseconds, ${value}s for seconds.`);
}

function refused(remedy: string): Reading<number> {
  return { ok: false, expected, remedy };
}

function fromNumber(value: number): Reading<number> {
  if (!Number.isFinite(value)) return refused("Give a finite number of milliseconds, or leave the key out.");
  if (value < 0) return refused("A duration cannot be negative; give 0 for none.");
  return inMs(value);
}

function fromText(value: unknown): Reading<number> {
  if (typeof value !== "string") return refused("Write a number and a unit, such as 2s.");

  const text = value.trim();
  const parts = notation.exec(text);
  if (parts === null) return refused(remedyFor(text));
  const [, amount = "", unit = "ms"] = parts;
  return inMs(Number(amount) * unitMs[unit as keyof typeof unitMs]);
}

function inMs(amount: number): Reading<number> {
  // Kept to the microsecond: decimal fractions such as 1.005s would otherwise carry a binary remainder. No duration is -0.
  const ms = Math.round(amount * 1e3) / 1e3 || 0;
  if (ms > longestDurationMs) return refused("Write a duration of at most 36500d.");
  return { ok: true, value: ms };
}

function remedyFor(text: string): string {
  if (/^\d+(\.\d+)?$/.test(text)) return `Add a unit: ${text}ms for milliseconds, ${text}s for seconds.`;
  if (/^-/.test(text)) return "A duration cannot be negative; write 0ms for none.";
  if (/^(\d+(ms|s|m|h|d))+$/.test(text)) return "Write it in one unit: 90s in place of 1m30s.";
  const word = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text);
  const unit = word?.[2] === undefined ? undefined : unitOf(word[2]);
  if (word !== null && unit !== undefined) return `Write ${word[1]}${unit}.`;
  return "Write a number and a unit without a space, such as 2s; units are ms, s, m, h and d.";
}

function unitOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (lower in unitMs) return lower;
  const words: readonly (readonly [RegExp, string])[] = [
    [/^(msecs?|millis(econds?)?|milliseconds?)$/, "ms"],
    [/^(secs?|seconds?)$/, "s"],
    [/^(mins?|minutes?)$/, "m"],
    [/^(hrs?|hours?)$/, "h"],
    [/^(days?)$/, "d"],
  ];
  return words.find(([pattern]) => pattern.test(lower))?.[1];
}

/**
 * Writes milliseconds as a duration that reads back as the same number: the largest unit that divides it, and fractions of a
 * second as `1.5s`. Fractions of a millisecond are kept to three decimals.
 */
export function formatDuration(ms: number): string {
  if (!Number.isInteger(ms)) return ms < 1_000 ? `${round3(ms)}ms` : formatDuration(Math.round(ms));
  if (ms === 0) return "0ms";
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  }
  return ms < 1_000 ? `${ms}ms` : `${ms / 1_000}s`;
}

function round3(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
