import { formatDuration, formatRatio, isMapping, type Path } from "@holdfast/core";
import type { PolicySubject } from "../policy-subject.ts";
import type { Explanation } from "./explanation.ts";

/** Parts that are whole by themselves: without one of them, nothing stands in its place. */
const parts: Explanation["absent"] = ["retry", "budget", "breaker", "limit", "rate"];

/** Numbers that are shares of one. */
const shares: ReadonlySet<string> = new Set(["ratio", "failureRate", "rate", "jitter", "probeSuccess"]);

/** The parts that a policy does not declare. */
export function absentFrom({ settings }: PolicySubject): Explanation["absent"] {
  return parts.filter((part) => settings[part] === null);
}

/** What the declared parts of a policy leave out, with the defaults that stand in its place. */
export function defaultedIn({ policy, settings }: PolicySubject): Explanation["defaulted"] {
  return parts.flatMap((part) =>
    policy[part] === undefined ? [] : missingIn(policy[part], settings[part], [part]),
  );
}

function missingIn(declared: unknown, settings: unknown, path: Path): Explanation["defaulted"] {
  if (!isMapping(settings)) {
    if (declared !== undefined || settings === null) return [];
    return [{ path, value: told(String(path.at(-1)), settings) }];
  }
  return Object.entries(settings).flatMap(([name, value]) => {
    const inner = isMapping(declared) ? declared[name] : undefined;
    if (name.endsWith("Ms") && typeof value === "number") {
      const at = [...path, name.slice(0, -"Ms".length)];
      return inner === undefined ? [{ path: at, value: formatDuration(value) }] : [];
    }
    return missingIn(inner, value, [...path, name]);
  });
}

function told(name: string, value: unknown): string {
  return typeof value === "number" && shares.has(name) ? formatRatio(value) : String(value);
}
