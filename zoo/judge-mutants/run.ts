import type { ZooOptions } from "../options.ts";
import { runsFolder } from "../verify-run.ts";
import { judgeMutants } from "./index.ts";
import { keptRuns } from "./kept-runs.ts";
import type { JudgeMutant } from "./model.ts";
import { asText, isWrong, save, summary } from "./report.ts";
import { RulesCopy } from "./rules-copy.ts";
import { type Trial, type TrialOptions, tryMutant, Unchanged } from "./trial.ts";

/** More would not be quicker: judging is work for the processor. */
const workersMax = 2;
/** Rules that have not judged some runs after so long do not end. */
const limitMs = 180_000;

/** Changes every rule in turn and judges the kept runs again; 1 when a change went unnoticed without a reason. */
export async function runJudge(
  { only, json, jobs }: Pick<ZooOptions, "only" | "json" | "jobs">,
  tell: (line: string) => void,
  signal: AbortSignal,
  runs: string = runsFolder,
): Promise<number> {
  const chosen = judgeMutants.filter(({ check }) => only.length === 0 || only.includes(check));
  if (chosen.length === 0) throw new Error(`no rule is changed for ${only.join(", ")}`);
  const kept = keptRuns(runs);
  const trials = await tryAll(chosen, { kept, limitMs, signal }, Math.min(jobs, workersMax), tell);
  if (signal.aborted) return 2;
  const report = summary(trials, kept.length);
  if (only.length === 0) save(report);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
  return trials.some(isWrong) ? 1 : 0;
}

/** Tries mutants, each worker in a copy of its own of one state of the rules. */
export async function tryAll(
  mutants: readonly JudgeMutant[],
  options: TrialOptions,
  workers: number,
  tell: (line: string) => void,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const waiting = [...mutants.entries()];
  const original = new RulesCopy();
  const unchanged = new Unchanged(original, options);
  const work = async (): Promise<void> => {
    const rules = new RulesCopy(original.source);
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (options.signal.aborted) return;
        const [index, mutant] = next;
        const trial = await tryMutant(mutant, rules, unchanged, options);
        trials[index] = trial;
        tell(lineOf(trial));
      }
    } finally {
      rules.remove();
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    original.remove();
  }
  return trials.filter((one) => one !== undefined);
}

function lineOf({ mutant: { check, kind, says, survives }, outcome, because }: Trial): string {
  const why = outcome === "survived" && survives !== undefined ? survives : because;
  return `${outcome.padEnd(9)}  ${check}, ${kind}: ${says}\n           ${why}`;
}
