import type { Reading } from "./reading.ts";

const percent = /^(\d+(?:\.\d+)?)%$/;
const fraction = /^(0(\.\d+)?|1(\.0+)?)$/;

/** The pattern of a ratio written as a percentage, for JSON Schema. */
export const percentPattern: string = percent.source;

const expected = "a ratio such as 20% or 0.2";

/** Reads `20%` or `0.2` as a number from 0 to 1. */
export function parseRatio(value: unknown): Reading<number> {
  const ratio = numberOf(value);
  if (ratio !== undefined && ratio >= 0 && ratio <= 1) return { ok: true, value: ratio };
  if (typeof value === "number" && value > 1 && value <= 100) {
    return { ok: false, expected, remedy: `Write ${value}% or ${value / 100}.` };
  }
  const remedy =
    ratio === undefined
      ? "Write a percentage such as 20%, or a fraction from 0 to 1."
      : "Write a ratio from 0% to 100%.";
  return { ok: false, expected, remedy };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (fraction.test(text)) return Number(text);
  const digits = percent.exec(text)?.[1];
  if (digits === undefined) return undefined;
  // Moving the point in decimal keeps 99.9% equal to 0.999.
  return Number(`${digits}e-2`);
}

/** Writes a ratio as a percentage with at most four decimals: 0.999 is `99.9%`. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toFixed(4))}%`;
}
