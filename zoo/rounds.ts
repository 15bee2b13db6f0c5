import { asCase, nameOf, type Picked } from "./pick.ts";
import type { Case, Said } from "./score.ts";

/** What all runs of one consumer said, counted. */
export interface Tally {
  readonly runs: number;
  /** Runs that ended without a checklist. */
  readonly errors: number;
  /** By check and verdict. */
  readonly verdicts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Why, for what is neither a pass nor the finding that is expected; the newest ten. */
  readonly odd: readonly Said[];
}

/** Tallies by consumer: the document `rounds.json`. */
export type Rounds = Readonly<Record<string, Tally>>;

const noRuns: Tally = { runs: 0, errors: 0, verdicts: {}, odd: [] };
const oddMax = 10;

/** The rounds with one more run in them. */
export function withCase(rounds: Rounds, one: Case): Rounds {
  const { runs, errors, verdicts, odd } = rounds[one.subject] ?? noRuns;
  const counted: Record<string, Record<string, number>> = structuredClone(verdicts) as never;
  for (const { check, verdict } of one.said.filter((said) => said.verdict !== "not-tested")) {
    const of = counted[check] ?? {};
    counted[check] = { ...of, [verdict]: (of[verdict] ?? 0) + 1 };
  }
  const strange = one.said.filter((said) => isOdd(one, said));
  return {
    ...rounds,
    [one.subject]: {
      runs: runs + 1,
      errors: errors + (one.error === null ? 0 : 1),
      verdicts: counted,
      odd: [...odd, ...strange].slice(-oddMax),
    },
  };
}

/** A clean twin is asked for every check in each of its runs: it brings as many verdicts in a tenth of the runs. */
const runsPerTwinRun = 10;

/** How often a consumer is verified in `rounds` rounds: a mutant in each. */
export function runsWanted({ folder }: Picked, rounds: number): number {
  return folder === "clean" ? Math.ceil(rounds / runsPerTwinRun) : rounds;
}

/** Those to verify next, those that are furthest behind first and mutants before twins; none when `until` rounds are complete. */
export function due(rounds: Rounds, picked: readonly Picked[], until: number): readonly Picked[] {
  const shareOf = (one: Picked) => (rounds[nameOf(one)]?.runs ?? 0) / runsWanted(one, until);
  const order = ({ folder }: Picked) => (folder === "mutants" ? 0 : 1);
  return picked
    .filter((one) => shareOf(one) < 1)
    .toSorted((a, b) => shareOf(a) - shareOf(b) || order(a) - order(b));
}

/** The rounds as cases, to be scored like others: which verdicts of a run belong together is not kept, and no score asks for it. */
export function casesOf(rounds: Rounds, picked: readonly Picked[]): readonly Case[] {
  return picked.flatMap((one) => {
    const tally = rounds[nameOf(one)] ?? noRuns;
    const columns = Object.entries(tally.verdicts).map(([check, counts]) =>
      Object.entries(counts).flatMap(([verdict, count]) =>
        Array<Said>(count).fill(saidOf(tally, check, verdict)),
      ),
    );
    return Array.from({ length: tally.runs }, (_, run) => {
      const said = columns.flatMap((column) => column[run] ?? []);
      return asCase(one, {
        said,
        error: said.length === 0 ? "verify did not end with a checklist" : null,
        wallMs: 0,
      });
    });
  });
}

/** Findings that are expected, passes and what does not apply are no news. */
function isOdd(one: Case, { check, verdict }: Said): boolean {
  if (check === one.fails) return verdict !== one.as;
  const expected = ["pass", "not-applicable", "not-tested"].includes(verdict);
  return !expected && !one.mayFail.includes(check);
}

function saidOf({ odd }: Tally, check: string, verdict: string): Said {
  const because = odd.findLast((one) => one.check === check && one.verdict === verdict)?.because;
  return { check, verdict, because: because ?? "" };
}
