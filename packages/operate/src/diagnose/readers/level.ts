import type { Level } from "../entry.ts";

const levels: Readonly<Record<string, Level>> = {
  trace: "debug",
  debug: "debug",
  verbose: "debug",
  info: "info",
  information: "info",
  notice: "info",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  critical: "error",
  crit: "error",
  fatal: "error",
  alert: "error",
  emerg: "error",
  panic: "error",
  severe: "error",
};

/** A level by its name, or by the numbers of pino (10–60) and OpenTelemetry (1–24). */
export function levelOf(told: string | number | null): Level | null {
  if (told === null) return null;
  const number = typeof told === "number" ? told : /^\d{1,2}$/.test(told) ? Number(told) : null;
  if (number === null) return levels[String(told).toLowerCase()] ?? null;
  const scale = number >= 30 || number === 20 || number === 10 ? number : number * 2.5;
  if (scale >= 42) return "error";
  if (scale >= 32) return "warn";
  return scale >= 21 ? "info" : "debug";
}
