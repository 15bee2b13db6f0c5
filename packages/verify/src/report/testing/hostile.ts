import type { Observation } from "../../model.ts";
import type { Checklist } from "../model.ts";

/** Text as a hostile provider or a careless team could bring it into a report. */
export const hostileText =
  "</script><script>alert(1)</script> <img src=x onerror=alert(1)> \"'`${x} ]]> & | \u001B[31m \u202Egnp.exe \u0000 مرحبا 🦀 *x* [a](javascript:b) \uD800";

/** Fields whose text comes from outside, or from a contract that somebody else wrote. */
const outside = new Set(
  `service file path interrupted says integration operation because diagnosis remedy reason owner until note repeat
  at summary title story what failureMode signature gap todo buys experiment`.split(/\s+/),
);

/** A checklist in which every text that comes from outside is hostile. */
export function hostileChecklist(checklist: Checklist): Checklist {
  const interrupted = { ...checklist, interrupted: "ended" };
  return spoiled(interrupted) as Checklist;
}

/** Observations in which what the service said is hostile. */
export function hostileObservations(observations: readonly Observation[]): readonly Observation[] {
  return observations.map((record) => (record.type === "call" ? { ...record, error: hostileText } : record));
}

function spoiled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spoiled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isOutside(name, one) ? hostileText : spoiled(one)]),
  );
}

function isOutside(name: string, value: unknown): boolean {
  return typeof value === "string" && value !== "" && outside.has(name);
}
