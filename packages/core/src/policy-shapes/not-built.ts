import type { Path, Problem } from "../shape.ts";
import { isMapping } from "../shapes/record.ts";

/** A part of the policy document that has its word but no runtime yet. */
export interface PolicyNotBuilt {
  readonly at: readonly string[];
  /** What it will be, to finish "… is not built yet". */
  readonly what: string;
  /** What to declare meanwhile. */
  readonly meanwhile: string;
}

/** Parts of the policy document that are known and not built yet. */
export const policyNotBuilt: readonly PolicyNotBuilt[] = [
  {
    at: ["hedge"],
    what: "a second attempt beside one that is slow",
    meanwhile:
      "Remove hedge; meanwhile retry with a short attemptTimeout gives up on a slow attempt and makes another.",
  },
  {
    at: ["throttle"],
    what: "dropping a share of the calls while the provider rejects them",
    meanwhile:
      "Remove throttle; meanwhile breaker stops calls to a provider that fails, and budget bounds its retries.",
  },
  {
    at: ["limit", "adaptive"],
    what: "a limit that finds its number by itself",
    meanwhile: "Write limit.concurrent: the calls per second at the peak times the seconds that one takes.",
  },
];

/** The problem of each part that a runtime cannot execute yet: to run without it would keep less than is declared. */
export function notBuiltProblems(source: unknown, path: Path): Problem[] {
  return policyNotBuilt
    .filter(({ at }) => declares(source, at))
    .map(({ at, what, meanwhile }) => ({
      code: "NOT_BUILT_YET",
      path: [...path, ...at],
      found: at.join("."),
      expected: `a policy without ${at.join(".")}: ${what} is not built yet`,
      remedy: meanwhile,
    }));
}

function declares(source: unknown, at: readonly string[]): boolean {
  let value = source;
  for (const key of at) value = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value !== undefined && value !== false;
}
