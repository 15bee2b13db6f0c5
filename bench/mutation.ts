import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../packages/core/src/index.ts";
import { type Equivalent, equivalents } from "./mutation/equivalent.ts";
import { type Mutant, mutantsOf, mutated } from "./mutation/mutants.ts";
import { type Outcome, Sandbox } from "./mutation/sandbox.ts";
import type { Bench, BenchResult } from "./result.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "packages", "resilience", "src", "state");
const quickSample = 40;
const sampleSeed = 1;

interface FileMutant extends Mutant {
  readonly file: string;
  readonly source: string;
}

/**
 * Whether the tests of the state machines see every small change of them: one at a time, an operator, a number, a condition or a
 * statement of a file is changed in a copy, and the tests run on it. What survives is either explained in
 * `mutation/equivalent.ts` or a hole in the tests. `--quick` takes a sample.
 */
export const bench: Bench = async ({ quick }) => {
  const all = allMutants();
  const chosen = quick ? sample(all) : all;
  const unused = equivalents.filter((known) => !all.some((mutant) => isKnown(mutant, known)));
  const tried = await outcomesOf(chosen);
  const survivors = chosen.filter((mutant) => tried.get(mutant) === "passed");
  const endless = chosen.filter((mutant) => tried.get(mutant) === "did not end");
  const unexplained = survivors.filter((mutant) => !equivalents.some((known) => isKnown(mutant, known)));
  const killed = chosen.filter((mutant) => !survivors.includes(mutant));
  const wrong = equivalents.filter((known) => killed.some((mutant) => isKnown(mutant, known)));
  for (const mutant of unexplained) console.error(`survived: ${nameOf(mutant)}`);
  for (const { file, line } of unused) console.error(`explained, but not there any more: ${file}: ${line}`);
  for (const { file, line } of wrong) console.error(`explained, but killed: ${file}: ${line}`);
  return [
    row(
      "mutants",
      chosen.length,
      `of ${all.length} mutants`,
      `at least ${quickSample}`,
      chosen.length >= quickSample,
    ),
    row(
      "killed",
      killed.length,
      `mutants, ${endless.length} of them by their time`,
      "all but the explained",
      true,
    ),
    row("survivors", unexplained.length, "without an explanation", "0", unexplained.length === 0),
    row(
      "explanations",
      unused.length + wrong.length,
      "that are wrong",
      "0",
      unused.length + wrong.length === 0,
    ),
  ];
};

function allMutants(): readonly FileMutant[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return files.flatMap((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return mutantsOf(source).map((mutant) => ({ ...mutant, file, source }));
  });
}

function sample(mutants: readonly FileMutant[]): readonly FileMutant[] {
  const random = seededRandom(sampleSeed);
  const drawn = mutants.map((mutant) => ({ mutant, draw: random.next() })).sort((a, b) => a.draw - b.draw);
  return drawn.slice(0, quickSample).map(({ mutant }) => mutant);
}

/** Half of the machine works at it, each worker in a copy of its own. */
async function outcomesOf(mutants: readonly FileMutant[]): Promise<ReadonlyMap<FileMutant, Outcome>> {
  const outcomes = new Map<FileMutant, Outcome>();
  const queue = [...mutants];
  const work = async (): Promise<void> => {
    const sandbox = new Sandbox(root);
    try {
      const failed = await sandbox.baseline();
      if (failed.length > 0) throw new Error(`Tests fail without a mutant: ${failed.join(", ")}`);
      for (let mutant = queue.pop(); mutant !== undefined; mutant = queue.pop()) {
        sandbox.write(mutant.file, mutated(mutant.source, mutant));
        outcomes.set(mutant, await sandbox.outcome(mutant.file));
        sandbox.write(mutant.file, mutant.source);
      }
    } finally {
      sandbox.remove();
    }
  };
  const workers = Math.max(1, Math.floor(availableParallelism() / 2));
  await Promise.all(Array.from({ length: workers }, work));
  return outcomes;
}

function isKnown(mutant: FileMutant, { file, line, was, now, nth = 1 }: Equivalent): boolean {
  return (
    mutant.file === file &&
    mutant.line === line &&
    mutant.was === was &&
    mutant.now === now &&
    mutant.nth === nth
  );
}

function nameOf({ file, lineNumber, line, was, now, nth }: FileMutant): string {
  return `${file}:${lineNumber}: ${line}\n          ${was} → ${now}${nth > 1 ? ` (no. ${nth})` : ""}`;
}

function row(id: string, value: number, unit: string, target: string, met: boolean): BenchResult {
  return { id: `mutation/${id}`, value, unit, against: "the state tests", ratio: null, target, met };
}
