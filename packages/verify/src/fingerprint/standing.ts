import { failuresOf, optionalFailures } from "../status-matrix.ts";
import { isTriedAgain } from "./attempts-seen.ts";
import type { FailureSeen, Seen, Standing, TraitValue } from "./model.ts";
import { toleranceOf } from "./tolerance.ts";

/** What a comparison has to know besides the two values. */
export interface StandingContext {
  /** How late the machine is now and then. */
  readonly noiseMs: number;
  readonly failures: readonly FailureSeen[];
  /** Failures that are declared as tried again and need not be, because sending again would not be safe or has no time. */
  readonly excused: ReadonlySet<string>;
}

/** How what was seen stands beside what is declared. */
export function standingOf(seen: Seen, declared: TraitValue | null, context: StandingContext): Standing {
  if (declared === null) return "not-declared";
  if (seen.field === "retry.on") return onStanding(declared, context);
  if (typeof declared === "number") {
    return seen.value === "none" ? "differs" : numberStanding(seen, declared, context.noiseMs);
  }
  const word = String(declared).toLowerCase();
  if (seen.value !== null) return String(seen.value).toLowerCase() === word ? "agrees" : "differs";
  if (seen.possible === undefined || seen.possible.length === 0) return "not-seen";
  return seen.possible.includes(word) ? "not-seen" : "differs";
}

/** A number agrees within its interval and a tolerance; where only a bound is known, a number that breaks it differs. */
function numberStanding(seen: Seen, declared: number, noiseMs: number): Standing {
  const allowed = toleranceOf(seen.field, declared, noiseMs);
  const isNear = (value: number): boolean => Math.abs(value - declared) <= allowed;
  if (typeof seen.value === "number") {
    const [low, high] =
      seen.field === "retry.attempts"
        ? [seen.value, seen.value]
        : (seen.interval ?? [seen.value, seen.value]);
    return declared >= low - allowed && declared <= high + allowed ? "agrees" : "differs";
  }
  if (seen.atLeast !== undefined && declared < seen.atLeast - allowed) return "differs";
  return seen.possible?.some((value) => typeof value === "number" && isNear(value)) === true
    ? "agrees"
    : "not-seen";
}

/** What is declared as tried again is, and nothing else; failures that were not tried, and those a word covers loosely, say nothing. */
function onStanding(declared: TraitValue, { failures, excused }: StandingContext): Standing {
  if (failures.length === 0) return "not-seen";
  const words = failuresOf(Array.isArray(declared) ? declared : [String(declared)]);
  const wrong = failures.filter((one) => {
    if (optionalFailures.has(one.failure) || one.failure === "refuse") return false;
    const again = isTriedAgain(one);
    return words.has(one.failure) ? !again && !excused.has(one.failure) : again;
  });
  return wrong.length > 0 ? "differs" : "agrees";
}
