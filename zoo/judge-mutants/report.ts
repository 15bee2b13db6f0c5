import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Trial } from "./trial.ts";

/** What the mutants of the rules brought: the document of `--json`. */
export interface JudgeReport {
  readonly zoo: "judge";
  readonly kept: number;
  readonly red: number;
  readonly explained: number;
  readonly unexplained: number;
  readonly mutants: readonly {
    readonly check: string;
    readonly kind: string;
    readonly says: string;
    readonly outcome: string;
    readonly runs: number;
    readonly falsePasses: number;
    readonly missed: number;
    readonly falseAlarms: number;
    readonly because: string;
  }[];
}

/** Sums up the trials. */
export function summary(trials: readonly Trial[], kept: number): JudgeReport {
  const red = trials.filter(({ outcome }) => outcome === "red").length;
  const unexplained = trials.filter(isWrong).length;
  return {
    zoo: "judge",
    kept,
    red,
    explained: trials.filter((one) => isExplained(one)).length,
    unexplained,
    mutants: trials.map(({ mutant: { check, kind, says, survives }, because, ...rest }) => ({
      check,
      kind,
      says,
      ...rest,
      because: rest.outcome === "survived" && survives !== undefined ? survives : because,
    })),
  };
}

/** A mutant that nobody noticed, for a reason that stands beside it. */
function isExplained({ outcome, mutant }: Trial): boolean {
  return outcome === "survived" && mutant.survives !== undefined;
}

/** A rule that nothing holds, a mutant that is none, or an explanation of what is noticed after all. */
export function isWrong(trial: Trial): boolean {
  if (trial.outcome === "red") return trial.mutant.survives !== undefined;
  return !isExplained(trial);
}

/** The report for people, in Markdown. */
export function asText({ kept, red, explained, unexplained, mutants }: JudgeReport): string {
  const rows = mutants.map(
    (one) =>
      `| ${one.check} | ${one.kind} | ${cell(one.says)} | ${one.outcome} | ${one.runs} | ${one.falsePasses} | ${one.missed} | ${one.falseAlarms} | ${cell(one.because)} |`,
  );
  return `# Mutants of the rules

Each rule is changed in turn, and kept runs of the zoo are judged again by it: the mutants of the check and the clean twins. ${mutants.length}
changes, ${kept} kept runs: ${red} turned the scorecard red, ${explained} survived for a reason, ${unexplained} need one.

| check | kind | the rule then | outcome | runs | false passes | missed | false alarms | for example, or why |
|---|---|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

/** Writes the report beside the scorecard, as JSON and as Markdown. */
export function save(result: JudgeReport): void {
  const folder = join(import.meta.dirname, "..");
  writeFileSync(join(folder, "judge-mutants.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, "judge-mutants.md"), asText(result));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
