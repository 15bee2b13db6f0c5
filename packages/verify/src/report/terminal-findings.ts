import type { Checklist, CheckResult } from "./model.ts";
import { type TargetNamer, targetNamer, targetText } from "./place.ts";

/** Checks of one item that came to one verdict for one reason: told once, whatever their number. */
export type Told = readonly [CheckResult, ...CheckResult[]];

/** What has room, gravest first within an item, and the checks that had none. */
export interface Chosen {
  readonly told: readonly Told[];
  readonly left: readonly CheckResult[];
}

/** What is left out is counted, and named where it failed, on so many lines at most. */
export const leftLinesMax = 3;

/**
 * Failing first, then advice, then what stayed open, each by severity; every item has its turn before one has its second.
 * `linesOf` says how many lines one takes; all together take at most `room`, but the first is always told.
 */
export function chosenFindings(checklist: Checklist, room: number, linesOf: (told: Told) => number): Chosen {
  const turns = checklist.items.flatMap((item) => toldOf(item.checks).map((told, turn) => ({ told, turn })));
  const ranked = turns
    .toSorted(
      (one, other) =>
        verdictWeight(one.told[0]) - verdictWeight(other.told[0]) ||
        one.turn - other.turn ||
        severityWeight(one.told[0]) - severityWeight(other.told[0]),
    )
    .map(({ told }) => told);
  const lines = ranked.reduce((sum, told) => sum + linesOf(told), 0);
  const told = lines <= room ? ranked : fitting(ranked, room - leftLinesMax, linesOf);
  return { told, left: ranked.slice(told.length).flat() };
}

function fitting(ranked: readonly Told[], room: number, linesOf: (told: Told) => number): readonly Told[] {
  let used = 0;
  const cut = ranked.findIndex((told, at) => {
    used += linesOf(told);
    return at > 0 && used > room;
  });
  return cut < 0 ? ranked : ranked.slice(0, cut);
}

/** What is told of one item, gravest first. */
function toldOf(checks: readonly CheckResult[]): readonly Told[] {
  const groups = Map.groupBy(checks.filter(isTold), (check) =>
    JSON.stringify([check.verdict, check.because, check.accepted?.until, targetText(check)]),
  );
  return [...groups.values()]
    .flatMap(([first, ...rest]): Told[] => (first === undefined ? [] : [[first, ...rest]]))
    .toSorted(
      ([one], [other]) =>
        verdictWeight(one) - verdictWeight(other) || severityWeight(one) - severityWeight(other),
    );
}

function isTold({ verdict }: CheckResult): boolean {
  return verdict === "fail" || verdict === "advice" || verdict === "inconclusive";
}

function verdictWeight(check: CheckResult): number {
  if (check.accepted !== undefined) return 3;
  return check.verdict === "fail" ? 0 : check.verdict === "advice" ? 1 : 2;
}

const severities = ["critical", "high", "medium", "low"];

function severityWeight({ severity = "low" }: CheckResult): number {
  return severities.indexOf(severity);
}

/** Names the operation only where several were judged; what the service owes its own callers is always named. */
export function findingNamer(checklist: Checklist): TargetNamer {
  const checks = checklist.items.flatMap((item) => item.checks).filter(isTold);
  const name = targetNamer(checklist);
  const operations = new Set(checks.filter(({ serves }) => serves === undefined).map(name));
  return (check) => (operations.size > 1 || check.serves !== undefined ? name(check) : "");
}
