import type { Certainty } from "./certainty.ts";
import { FailureGroup, type KeptLine } from "./failure-group.ts";

/** What failed first, as far as the logs tell. */
export interface Cause {
  readonly service: string;
  /** `null`: the logs name nobody. */
  readonly dependency: string | null;
  readonly group: FailureGroup;
  readonly certainty: Certainty;
  readonly onset: KeptLine | null;
  /** The part of the failed calls that began with it, from 0 to 1; `null` where lines cannot be tied into calls. */
  readonly share: number | null;
  /** Calls that failed at a front door, where more did than behind it: nothing but their time speaks for this cause; else 0. */
  readonly untiedCalls: number;
  /** Failures that follow from it: whoever calls the service that it stopped. */
  readonly effects: readonly FailureGroup[];
}

interface Weighed {
  readonly group: FailureGroup;
  readonly weight: number;
  readonly effects: FailureGroup[];
}

const certainCalls = 5;

/** The candidates, the likeliest first. `spanMs` is how long the logs cover, `callsTotal` how many calls they hold. */
export function causesOf(
  groups: readonly FailureGroup[],
  { spanMs, callsTotal }: { readonly spanMs: number; readonly callsTotal: number },
): readonly Cause[] {
  const roots = withoutEffects(named(groups).filter((group) => !isUsual(group, callsTotal)));
  const weighed = roots
    .map(({ group, effects }) => ({ group, effects, weight: weightOf(group, effects) }))
    .filter(({ weight }) => weight > 0)
    .sort(byWeightThenOnset);
  // What a policy refused says nothing against what made it refuse.
  const total = weighed
    .filter(({ group }) => group.class.kind !== "consequence")
    .reduce((sum, { group }) => sum + calls(group), 0);
  const untiedCalls = untiedIn(weighed);
  return weighed.map((one) => causeOf(one, weighed, { total, untiedCalls, spanMs, callsTotal }));
}

/** What a front door answered is taken for an effect by its time alone: one answer for each call that failed or was refused behind it. */
function untiedIn(weighed: readonly Weighed[]): number {
  const all = weighed.flatMap(({ group, effects }) => [group, ...effects]);
  const callsOf = (groups: readonly FailureGroup[]): number =>
    groups.reduce((sum, group) => sum + calls(group), 0);
  const answered = callsOf(all.filter(({ passedOn }) => passedOn));
  return answered > callsOf(all.filter(({ passedOn }) => !passedOn)) ? answered : 0;
}

function causeOf(
  { group, effects, weight }: Weighed,
  all: readonly Weighed[],
  about: { total: number; untiedCalls: number; spanMs: number; callsTotal: number },
): Cause {
  const { total, untiedCalls, spanMs, callsTotal } = about;
  const share = total === 0 ? null : calls(group) / total;
  const tied = total === 0 ? null : calls(group) / (total + untiedCalls);
  const background = callsTotal >= 200 && calls(group) < callsTotal / 100 && group.unevenness(spanMs) < 4;
  const rival = all.some((other) => other.group !== group && other.weight * 2 > weight);
  const { service, dependency } = group;
  return {
    service,
    dependency,
    group,
    certainty: background ? "possible" : certaintyOf(group, { share, tied }, rival),
    onset: group.onset(),
    share,
    untiedCalls,
    effects,
  };
}

/** `share` is its part of the failed calls that are known by it or by others, `tied` of all that failed. */
function certaintyOf(
  group: FailureGroup,
  { share, tied }: { readonly share: number | null; readonly tied: number | null },
  rival: boolean,
): Certainty {
  const seen = share === null ? group.lines : calls(group);
  const says = group.explicitLines * 2 >= group.lines && group.class.kind === "cause";
  const nearly = share === null ? !rival : share >= 0.8 && !rival;
  // Who failed must be told as well: a class without a name is half an answer.
  const proven = tied !== null && tied >= 0.8 && seen >= certainCalls;
  if (says && nearly && proven && group.dependency !== null) return "certain";
  return nearly && seen >= 3 && group.class.id !== "unknown" ? "likely" : "possible";
}

function calls({ failedCalls, recoveredCalls }: FailureGroup): number {
  return failedCalls + recoveredCalls;
}

/** People leave pages and ask too often every day: told by who answers them, it is news only from a twentieth of all calls on. */
function isUsual(group: FailureGroup, callsTotal: number): boolean {
  const { id } = group.class;
  return group.passedOn && (id === "cancelled" || id === "throttled") && calls(group) * 20 < callsTotal;
}

/** Calls that failed in the end count most; lines only where there are no calls. Consequences never weigh more than a cause. */
function weightOf(group: FailureGroup, effects: readonly FailureGroup[]): number {
  const own = group.failedCalls + group.recoveredCalls * 0.3;
  const through = effects.reduce((sum, { failedCalls }) => sum + failedCalls, 0) * 0.5;
  const weight = own + through > 0 ? own + through : Math.min(1, group.lines * 0.01);
  const { kind, id } = group.class;
  if (kind === "consequence") return weight * 0.001;
  return id === "unknown" ? weight * 0.2 : weight;
}

function byWeightThenOnset(a: Weighed, b: Weighed): number {
  const near = Math.max(a.weight, b.weight) <= Math.min(a.weight, b.weight) * 1.2;
  const onset = (a.group.firstAtMs ?? 0) - (b.group.firstAtMs ?? 0);
  if (near && onset !== 0) return onset;
  return b.weight - a.weight || (keyOf(a.group) < keyOf(b.group) ? -1 : 1);
}

function keyOf({ service, dependency, class: { id }, passedOn }: FailureGroup): string {
  return `${service}\u0000${dependency ?? ""}\u0000${id}\u0000${passedOn}`;
}

/** Lines that name nobody are about the one dependency that the service names elsewhere, where there is but one. */
function named(groups: readonly FailureGroup[]): readonly FailureGroup[] {
  const merged = new Map<string, FailureGroup>();
  for (const group of groups) {
    const { service, passedOn } = group;
    const isNamed = passedOn || group.class.dependency !== undefined;
    const fresh = new FailureGroup(
      service,
      isNamed ? group.dependency : nameOf(group, groups),
      group.class,
      passedOn,
    );
    const key = keyOf(fresh);
    const into = merged.get(key) ?? fresh;
    into.merge(group);
    merged.set(key, into);
  }
  return [...merged.values()];
}

function nameOf(group: FailureGroup, groups: readonly FailureGroup[]): string | null {
  const others = groups
    .filter((one) => one.service === group.service && one.class.dependency === undefined)
    .map(({ dependency }) => dependency)
    .filter((name) => name !== null);
  const names = [...new Set(others)];
  const longest = names.filter(
    (name) => !names.some((other) => other !== name && other.endsWith(` ${name}`)),
  );
  if (group.dependency === null) return longest.length === 1 ? (longest[0] ?? null) : null;
  return (
    longest.find((name) => name === group.dependency || name.endsWith(` ${group.dependency}`)) ??
    group.dependency
  );
}

/** Takes failures at a service away that has failures of its own at that time: they are what became of those. */
function withoutEffects(
  groups: readonly FailureGroup[],
): readonly { readonly group: FailureGroup; readonly effects: FailureGroup[] }[] {
  const ownOf = (service: string | null): FailureGroup[] =>
    groups.filter(
      (one) =>
        one.service === service &&
        one.class.kind !== "consequence" &&
        one.dependency !== service &&
        !one.passedOn,
    );
  const met = groups.filter((one) => !one.passedOn && one.class.kind !== "consequence");
  const effectOf = (group: FailureGroup): FailureGroup | undefined => {
    const deeper = group.passedOn ? met : answersAnother(group) ? ownOf(group.dependency) : [];
    return deeper.find((one) => overlaps(one, group));
  };
  const roots = groups
    .filter((group) => effectOf(group) === undefined)
    .map((group) => ({ group, effects: [] as FailureGroup[] }));
  for (const group of groups) {
    const deeper = effectOf(group);
    roots.find((root) => root.group === deeper)?.effects.push(group);
  }
  return roots.length > 0 ? roots : groups.map((group) => ({ group, effects: [] }));
}

const passing: ReadonlySet<string> = new Set([
  "server-error",
  "bad-gateway",
  "timeout",
  "aborted-attempt",
  "unknown",
]);

/** A service that answers or is slow may pass on what it met; one that refuses connections does not. */
function answersAnother({ class: { id } }: FailureGroup): boolean {
  return passing.has(id);
}

const slackMs = 10_000;

function overlaps(deeper: FailureGroup, group: FailureGroup): boolean {
  if (deeper.firstAtMs === null || group.firstAtMs === null) return deeper.lines * 5 >= group.lines;
  const together =
    deeper.firstAtMs <= (group.lastAtMs ?? group.firstAtMs) &&
    group.firstAtMs <= (deeper.lastAtMs ?? deeper.firstAtMs) + slackMs;
  return together && deeper.lines * 5 >= group.lines;
}
