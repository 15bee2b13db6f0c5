import type { Reading } from "./reading.ts";

const unitBytes = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
} as const;
const notation = /^(\d+(?:\.\d+)?)\s?([KMG]i?B|B)$/i;

/** The pattern of a byte size, for JSON Schema. */
export const byteSizePattern = "^(\\d+(?:\\.\\d+)?)\\s?([KkMmGg][Ii]?[Bb]|[Bb])$";

const expected = "a size such as 512B, 64KB, 1MB or 1MiB";

/** Reads `512KB`, `1MB`, `1MiB` as bytes: KB, MB and GB count in thousands, KiB, MiB and GiB in 1024. */
export function parseByteSize(value: unknown): Reading<number> {
  if (typeof value === "number") {
    return { ok: false, expected, remedy: `Add a unit: ${value}B, or 1KB for a thousand bytes.` };
  }
  const parts = typeof value === "string" ? notation.exec(value.trim()) : null;
  const [, amount = "", unit = ""] = parts ?? [];
  const bytes = Math.round(Number(amount) * (unitBytes[unit.toUpperCase() as keyof typeof unitBytes] ?? 0));
  if (parts === null || !Number.isSafeInteger(bytes)) {
    return { ok: false, expected, remedy: "Write a number and a unit: B, KB, MB, GB, KiB, MiB or GiB." };
  }
  return { ok: true, value: bytes };
}

/** Writes bytes in the largest unit of thousands that divides them. */
export function formatByteSize(bytes: number): string {
  for (const unit of ["GB", "MB", "KB"] as const) {
    if (bytes > 0 && bytes % unitBytes[unit] === 0) return `${bytes / unitBytes[unit]}${unit}`;
  }
  return `${bytes}B`;
}
