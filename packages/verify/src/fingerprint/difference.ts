import { isTriedAgain } from "./attempts-seen.ts";
import type { FailureSeen, Fingerprint, Seen, Standing, Trait, TraitField } from "./model.ts";
import { traitFields } from "./model.ts";
import { toleranceOf } from "./tolerance.ts";

/** One part of a policy in two runs; `null` where a run has nothing about it. */
export interface TraitDifference {
  readonly field: TraitField;
  readonly before: Seen | null;
  readonly after: Seen | null;
  /** `not-seen`: one of the two does not show it, so nothing can be said. */
  readonly standing: Exclude<Standing, "not-declared">;
}

/** The policies of one target in two runs. */
export interface FingerprintDifference {
  readonly scenario: string;
  readonly integration: string;
  readonly operation: string;
  readonly traits: readonly TraitDifference[];
}

/** What two runs of a service show of its policies, target by target; `noiseMs` is how late the noisier of the two machines was. */
export function compareFingerprints(
  before: readonly Fingerprint[],
  after: readonly Fingerprint[],
  noiseMs: number,
): readonly FingerprintDifference[] {
  const nameOf = (one: Fingerprint): string => `${one.scenario}/${one.integration}.${one.operation}`;
  const names = [...new Set([...before, ...after].map(nameOf))];
  return names.flatMap((name) => {
    const [old, now] = [before, after].map((all) => all.find((one) => nameOf(one) === name));
    const known = old ?? now;
    if (known === undefined) return [];
    const { scenario, integration, operation } = known;
    return [{ scenario, integration, operation, traits: compareTraits(old, now, noiseMs) }];
  });
}

function compareTraits(
  old: Fingerprint | undefined,
  now: Fingerprint | undefined,
  noiseMs: number,
): readonly TraitDifference[] {
  return traitFields.flatMap((field) => {
    const [before, after] = [old, now].map((one) => one?.traits.find((trait) => trait.field === field));
    if (before === undefined && after === undefined) return [];
    const standing =
      before === undefined || after === undefined
        ? ("not-seen" as const)
        : field === "retry.on"
          ? compareFailures(old?.failures ?? [], now?.failures ?? [])
          : compareSeen(before, after, noiseMs);
    return [{ field, before: bare(before), after: bare(after), standing }];
  });
}

/** What was seen, without how it stood beside the contract of its run. */
function bare(trait: Trait | undefined): Seen | null {
  if (trait === undefined) return null;
  const { declared: _, standing: __, ...seen } = trait;
  return seen;
}

/** Kinds of failure that both runs tried, and that one tries again and the other does not. */
function compareFailures(
  before: readonly FailureSeen[],
  after: readonly FailureSeen[],
): TraitDifference["standing"] {
  const pairs = before.flatMap((one) => {
    const other = after.find(({ failure }) => failure === one.failure);
    return other === undefined ? [] : [[one, other] as const];
  });
  if (pairs.length === 0) return "not-seen";
  return pairs.some(([one, other]) => isTriedAgain(one) !== isTriedAgain(other)) ? "differs" : "agrees";
}

function compareSeen(before: Seen, after: Seen, noiseMs: number): TraitDifference["standing"] {
  const { field } = before;
  if (before.value === null && after.value === null) return "not-seen";
  if (before.value === null) return besideUnknown(after, before, noiseMs);
  if (after.value === null) return besideUnknown(before, after, noiseMs);
  if (typeof before.value === "number" && typeof after.value === "number") {
    return numbersAgree(before, after, before.value, after.value, noiseMs) ? "agrees" : "differs";
  }
  const [one, other] = [String(before.value).toLowerCase(), String(after.value).toLowerCase()];
  const same = one === other || (field === "retry.backoff.growth" && bothGrow(one, other));
  return same ? "agrees" : "differs";
}

function numbersAgree(one: Seen, other: Seen, value: number, second: number, noiseMs: number): boolean {
  if (one.field === "retry.attempts") return value === second;
  const allowed = toleranceOf(one.field, Math.max(value, second), noiseMs);
  const [low, high] = one.interval ?? [value, value];
  const [least, most] = other.interval ?? [second, second];
  return low - allowed <= most && least - allowed <= high;
}

/** What one run told, beside what the other knows no more of than a bound or a few possibilities. */
function besideUnknown(told: Seen, unknown: Seen, noiseMs: number): TraitDifference["standing"] {
  if (typeof told.value === "number") {
    const allowed = toleranceOf(told.field, told.value, noiseMs);
    const most = told.field === "retry.attempts" ? told.value : (told.interval?.[1] ?? told.value);
    return unknown.atLeast !== undefined && most + allowed < unknown.atLeast ? "differs" : "not-seen";
  }
  const { possible = [] } = unknown;
  return possible.length > 0 && !possible.includes(String(told.value)) ? "differs" : "not-seen";
}

/** `growing` is what the others are called where too few waits tell which of them it is. */
function bothGrow(one: string, other: string): boolean {
  const still = ["constant", "immediate"];
  return [one, other].includes("growing") && !still.includes(one) && !still.includes(other);
}
