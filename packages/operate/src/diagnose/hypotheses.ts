import type { Cause } from "./cause.ts";
import type { Certainty } from "./certainty.ts";
import { type Evidence, quotable, quote } from "./quote.ts";

/** What may be behind the failures, and how to tell. */
export interface Hypothesis {
  readonly claim: string;
  /** Never `certain`: logs show what happened, and hardly ever why. */
  readonly certainty: Exclude<Certainty, "certain">;
  readonly confirm: string;
  readonly refute: string;
  readonly evidence: readonly Evidence[];
  readonly guide: string;
}

const candidatesMax = 3;

/** Ranked: what explains the first candidate best, then the other candidates. */
export function hypothesesOf(causes: readonly Cause[]): readonly Hypothesis[] {
  const [first, ...others] = causes;
  if (first === undefined) return [];
  const rivals = others.filter(
    ({ group, service, dependency }) =>
      group.class.kind !== "consequence" &&
      // Lines that do not say what it was speak of the same failure.
      !(
        group.class.id === "unknown" &&
        service === first.service &&
        (dependency ?? first.dependency) === first.dependency
      ),
  );
  return [
    ...explanations(first, causes),
    ...atTheDoor(causes),
    ...rivals.slice(0, candidatesMax - 1).map(rival),
  ];
}

/** A front door that fails more often than what is known to stand behind it may have a reason of its own. */
function atTheDoor(causes: readonly Cause[]): readonly Hypothesis[] {
  const [door] = causes
    .flatMap(({ effects, untiedCalls }) => (untiedCalls === 0 ? [] : effects))
    .filter(({ passedOn }) => passedOn)
    .toSorted((a, b) => callsOf(b) - callsOf(a));
  if (door === undefined) return [];
  const onset = door.onset();
  return [
    {
      claim: quotable(
        `${countOf(callsOf(door), "call")} failed at ${door.service} for a reason of their own, of which these logs tell nothing`,
      ),
      certainty: "possible",
      confirm: "these calls go to a service whose log is not among these",
      refute: "behind each of them a call failed of the first cause",
      evidence: onset === null ? [] : [quote(onset)],
      guide: door.class.guide,
    },
  ];
}

function explanations(cause: Cause, causes: readonly Cause[]): readonly Hypothesis[] {
  const stalled = ownStall(cause, causes);
  const { explanations: all, guide } = cause.group.class;
  // Several dependencies late at once speak against each of them, and for the caller.
  const ranked = stalled ? all.toReversed() : all;
  return ranked.map(({ claim, confirm, refute }, at) => ({
    claim: fill(claim, cause),
    certainty: at === 0 && cause.certainty !== "possible" && all.length < 3 ? "likely" : "possible",
    confirm: fill(confirm, cause),
    refute: fill(refute, cause),
    evidence: at === 0 && cause.onset !== null ? [quote(cause.onset)] : [],
    guide,
  }));
}

const togetherMs = 2_000;

function ownStall(cause: Cause, causes: readonly Cause[]): boolean {
  if (cause.group.class.id !== "timeout") return false;
  return causes.some(
    ({ service, dependency, group, onset }) =>
      group !== cause.group &&
      group.class.id === "timeout" &&
      service === cause.service &&
      dependency !== cause.dependency &&
      Math.abs((onset?.atMs ?? 0) - (cause.onset?.atMs ?? 0)) <= togetherMs,
  );
}

function rival(cause: Cause): Hypothesis {
  const { service, dependency, group, onset } = cause;
  const calls = callsOf(group);
  const share =
    calls > 0
      ? `${countOf(calls, "call")} ${calls === 1 ? "begins" : "begin"} with it`
      : `${countOf(group.lines, "line")} ${group.lines === 1 ? "says" : "say"} so`;
  return {
    claim: quotable(
      `it began elsewhere: ${service}: ${dependency ?? "something unnamed"} ${group.class.title} (${share})`,
    ),
    certainty: "possible",
    confirm: "these failures are older than the others, or calls fail that meet only these",
    refute: "the same calls met the other failure before",
    evidence: onset === null ? [] : [quote(onset)],
    guide: group.class.guide,
  };
}

function callsOf({ failedCalls, recoveredCalls }: Cause["group"]): number {
  return failedCalls + recoveredCalls;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function fill(text: string, { dependency }: Cause): string {
  return text.replaceAll("DEPENDENCY", () => (dependency === null ? "the dependency" : quotable(dependency)));
}
