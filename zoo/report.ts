import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { ZooOptions } from "./options.ts";
import { missTable, percent, scoreTable } from "./render.ts";
import {
  type Case,
  type Miss,
  misses,
  type Score,
  type Share,
  scores,
  steadiness,
  totalScore,
} from "./score.ts";

/** What a run of the zoo brought: the document of `--json`. */
export interface ZooReport {
  readonly zoo: "mutants";
  readonly machine: { readonly cores: number; readonly node: string; readonly platform: string };
  readonly seed: number;
  readonly rounds: number;
  readonly busy: number;
  /** True when runs that were kept were judged again by today's rules. */
  readonly judgedAgain: boolean;
  readonly results: readonly Score[];
  /** All checks together. */
  readonly total: Score;
  readonly misses: readonly Miss[];
  readonly steadiness: { readonly decided: Share; readonly wavering: readonly string[] };
  readonly cases: readonly {
    readonly subject: string;
    readonly wallMs: number;
    readonly verdicts: Readonly<Record<string, string>>;
  }[];
}

/** Sums up the rounds. */
export function summary(rounds: readonly (readonly Case[])[], options: ZooOptions): ZooReport {
  const cases = rounds.flat();
  return {
    zoo: "mutants",
    machine: { cores: cpus().length, node: process.version, platform: `${process.platform} ${process.arch}` },
    seed: options.seed,
    rounds: rounds.length,
    busy: options.busy,
    judgedAgain: options.stored,
    results: scores(cases),
    total: totalScore(cases),
    misses: misses(cases),
    steadiness: steadiness(rounds),
    cases: cases.map(({ subject, said, wallMs }) => ({
      subject,
      wallMs: Math.round(wallMs),
      verdicts: Object.fromEntries(
        said.filter(({ verdict }) => verdict !== "not-tested").map(({ check, verdict }) => [check, verdict]),
      ),
    })),
  };
}

/** The report for people, in Markdown. `over` says over which rounds, where it was not one run that made them all. */
export function asText(result: ZooReport, over: string | null = null): string {
  const { machine, rounds, busy, steadiness: steady } = result;
  const share = steady.decided.value === null ? "none" : percent(steady.decided.value);
  const lines = [
    "# Scorecard of the checks\n",
    `${result.cases.length} verified consumers ${over ?? `in ${rounds} round${rounds === 1 ? "" : "s"}`}, ${busy} busy loops beside them; ` +
      `${machine.cores} cores, Node ${machine.node}, ${machine.platform}, seed ${result.seed}${result.judgedAgain ? "; kept runs, judged again" : ""}. ` +
      `Decided: ${share} of ${steady.decided.of} verdicts.\n`,
    scoreTable([...result.results, result.total]),
    "## Verdicts that differ from what is known\n",
    missTable(result.misses),
  ];
  if (rounds > 1) {
    const wavering = steady.wavering.map((one) => `- ${one}`).join("\n");
    lines.push("## Verdicts that differ between rounds\n", `${wavering === "" ? "None." : wavering}\n`);
  }
  return lines.join("\n");
}

/** Writes the report beside this file, as JSON and as Markdown. */
export function save(name: string, result: ZooReport, text: string): void {
  writeFileSync(join(import.meta.dirname, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(import.meta.dirname, `${name}.md`), text);
}
