import { type Miss, misses } from "../score.ts";
import { judgeApart } from "./judge-apart.ts";
import { type KeptCase, type KeptRun, missingFor, runsFor } from "./kept-runs.ts";
import type { JudgeMutant } from "./model.ts";
import type { RulesCopy } from "./rules-copy.ts";

/** What became of the scorecard under a mutant. */
export type Outcome =
  /** Verdicts went wrong, as they must. */
  | "red"
  /** Nobody noticed. */
  | "survived"
  /** No kept run has anything to say about the check. */
  | "not tried"
  /** Its text is not in the file, or the rules do not run with it: it says nothing about them. */
  | "no mutant";

/** A mutant that was tried. */
export interface Trial {
  readonly mutant: JudgeMutant;
  readonly outcome: Outcome;
  readonly runs: number;
  /** Verdicts that are wrong now and were not before: defects passed, defects otherwise missed, alarms for nothing. */
  readonly falsePasses: number;
  readonly missed: number;
  readonly falseAlarms: number;
  /** The first of them, or why there is none. */
  readonly because: string;
}

/** How rules are tried: what they are held against, how long they may take, and what stops them. */
export interface TrialOptions {
  readonly kept: readonly KeptRun[];
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** What the rules say as they are: of one check, asked for once. */
export class Unchanged {
  readonly #rules: RulesCopy;
  readonly #options: TrialOptions;
  readonly #byCheck = new Map<string, Promise<readonly KeptCase[]>>();

  constructor(rules: RulesCopy, options: TrialOptions) {
    this.#rules = rules;
    this.#options = options;
  }

  cases(check: string): Promise<readonly KeptCase[]> {
    const known = this.#byCheck.get(check) ?? this.#judge(check);
    this.#byCheck.set(check, known);
    return known;
  }

  async #judge(check: string): Promise<readonly KeptCase[]> {
    const runs = runsFor(check, this.#options.kept);
    const judged = await judgeApart(this.#rules.source, runs, this.#options);
    if ("ended" in judged) throw new Error(`the rules do not run as they are: ${judged.ended}`);
    return judged.cases;
  }
}

/** Tries one mutant in a copy of the rules. */
export async function tryMutant(
  mutant: JudgeMutant,
  rules: RulesCopy,
  unchanged: Unchanged,
  options: TrialOptions,
): Promise<Trial> {
  const runs = runsFor(mutant.check, options.kept);
  const none = { mutant, runs: runs.length, falsePasses: 0, missed: 0, falseAlarms: 0 };
  if (runs.length === 0) return { ...none, outcome: "not tried", because: "no run of it is kept" };
  const before = await unchanged.cases(mutant.check);
  const judged = await rules.with(mutant, () => judgeApart(rules.source, runs, options));
  if ("wrong" in judged) return { ...none, outcome: "no mutant", because: judged.wrong };
  if ("ended" in judged) return { ...none, outcome: "no mutant", because: judged.ended };
  const shown = wrongNow(before, judged.cases);
  const missing = missingFor(mutant.check, options.kept);
  if (shown.outcome === "red" || missing.length === 0) return { ...none, ...shown };
  return { ...none, outcome: "not tried", because: `no run is kept of ${missing.join(", ")}` };
}

/** Which verdicts are wrong now and were not before. */
export function wrongNow(
  before: readonly KeptCase[],
  after: readonly KeptCase[],
): Omit<Trial, "mutant" | "runs"> {
  const found = newIn(missesIn(before), missesIn(after));
  const own = found.filter(({ expected }) => expected !== "pass");
  const passes = own.filter(({ verdict }) => verdict === "pass");
  const [first] = found;
  return {
    outcome: first === undefined ? "survived" : "red",
    falsePasses: passes.length,
    missed: own.length - passes.length,
    falseAlarms: found.length - own.length,
    because:
      first === undefined
        ? "no verdict is wrong that was not before"
        : `${first.subject}: ${first.check} says ${first.verdict}, not ${first.expected}`,
  };
}

function newIn(before: readonly Miss[], after: readonly Miss[]): readonly Miss[] {
  const known = new Set(before.map(nameOf));
  return after.filter((miss) => !known.has(nameOf(miss)));
}

/** What is wrong in whole runs, and what passes in hollow ones: there only what the rules as they are do not say counts. */
function missesIn(cases: readonly KeptCase[]): readonly Miss[] {
  const passes = cases.flatMap(({ subject, hollow, said }) =>
    hollow === null
      ? []
      : said
          .filter(({ verdict }) => verdict === "pass")
          .map((one) => ({ ...one, subject: `${subject}, ${hollow}`, expected: "inconclusive" })),
  );
  return [...misses(cases.filter(({ hollow }) => hollow === null)), ...passes];
}

function nameOf({ subject, check, verdict }: Miss): string {
  return `${subject} ${check} ${verdict}`;
}
