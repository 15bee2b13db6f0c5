import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { passiveChecks } from "../../packages/verify/src/passive/left-out.ts";
import { writeContract } from "../contracts.ts";
import type { ZooOptions } from "../options.ts";
import { runsFolder, verifyContract } from "../verify-run.ts";
import { comparedWithRun, keptRuns, type RunComparison, storedCase } from "./runs.ts";
import { keptPage } from "./runs-page.ts";
import { sample } from "./sample.ts";

/** Runs by the checks of traffic alone, so that they do not take the place of whole ones. */
const trafficFolder = join(runsFolder, "traffic");

/**
 * Verifies what of the sample is not kept, and holds what the traffic of each kept run says against what that run said. Writes passive.md
 * where every consumer was asked for; answers 1 when a verdict disagrees.
 */
export async function runPassive(
  { only, stored, seed, json }: ZooOptions,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (!stored) await verifySample(only, seed, tell, signal);
  const found: RunComparison[] = [];
  for (const { folder, name } of kept(only)) {
    if (signal.aborted) break;
    const one = await storedCase(folder, name);
    const said = await comparedWithRun(one, signal);
    found.push(...said);
    tell(`${name}: ${said.length} verdicts of traffic`);
  }
  const page = keptPage(found);
  if (only.length === 0 && !signal.aborted)
    writeFileSync(join(import.meta.dirname, "..", "passive.md"), page.text);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : page.text);
  return page.disagree > 0 ? 1 : 0;
}

async function verifySample(
  only: readonly string[],
  seed: number,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const { subject, folder, checks } of sample(only, passiveChecks())) {
    const out = join(trafficFolder, subject.id, "run");
    if (signal.aborted || hasEnded(out) || hasEnded(join(runsFolder, subject.id, "run"))) continue;
    const contract = writeContract(subject, folder, trafficFolder);
    const { error, wallMs } = await verifyContract(contract, { only: checks, seed, out, signal });
    tell(`${subject.id}: ${error ?? `verified in ${(wallMs / 1_000).toFixed(1)} s`}`);
  }
}

function hasEnded(run: string): boolean {
  return existsSync(join(run, "checklist.json"));
}

/** Every run that is kept, whole ones first; of two of one consumer the whole one. */
function kept(only: readonly string[]): readonly { readonly folder: string; readonly name: string }[] {
  const folders = [runsFolder, trafficFolder];
  const all = folders.flatMap((folder) => keptRuns(folder, only).map((name) => ({ folder, name })));
  return all.filter((one, at) => all.findIndex(({ name }) => name === one.name) === at);
}
