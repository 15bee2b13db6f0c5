import { join } from "node:path";
import { writeContract } from "./contracts.ts";
import type { ZooOptions } from "./options.ts";
import { asCase, type Picked } from "./pick.ts";
import { caseLine } from "./render.ts";
import type { Case } from "./score.ts";
import { runsFolder, saidBy, storedRun, verifyContract } from "./verify-run.ts";

/** Verifies every picked consumer, `jobs` of them side by side, and tells of each as it is done. */
export async function verifyAll(
  picked: readonly Picked[],
  options: Pick<ZooOptions, "jobs" | "seed" | "stored">,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly Case[]> {
  const waiting = [...picked.entries()];
  const cases: Case[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      if (signal.aborted) return;
      const done = await verifyOne(one, options, signal);
      cases[index] = done;
      tell(caseLine(done));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return cases.filter((one) => one !== undefined);
}

/** Verifies one consumer, or reads what its last run left. */
export async function verifyOne(
  picked: Picked,
  { seed, stored }: Pick<ZooOptions, "seed" | "stored">,
  signal: AbortSignal,
): Promise<Case> {
  const { subject, folder, checks } = picked;
  const out = join(runsFolder, subject.id, "run");
  const { results, error, wallMs } = stored
    ? storedRun(out)
    : await verifyContract(writeContract(subject, folder, runsFolder), {
        only: checks,
        profile: subject.profile ?? "pr",
        seed,
        out,
        signal,
      });
  return asCase(picked, { said: saidBy(results), error, wallMs });
}
