import { CodedError } from "@holdfast/core";
import { type Checklist, compareFingerprints } from "@holdfast/verify";
import { type Command, defineCommand, type ExitStatus, type Io } from "../command.ts";
import { againstContract, againstRun, type Comparison, countOf } from "../comparison.ts";
import { comparisonText } from "../diff-text.ts";
import { rejudge } from "../rejudge.ts";
import { openRun } from "../system-run-folder.ts";

/** Compares the policy that a run shows with the declared one, or with the one that another run shows. */
export const diff: Command = defineCommand({
  example: "holdfast diff .holdfast/runs/<before> .holdfast/runs/<after>",
  arguments: [
    { name: "run", doc: "A run's folder; the newest run below this folder when left out.", optional: true },
    {
      name: "other run",
      doc: "A later run, to compare with the first; the contract when left out.",
      optional: true,
    },
  ],
  options: {
    contract: { kind: "text", value: "file", doc: "The contract, when it no longer stands where it stood." },
  },
  run: async ({ arguments: [folder, other], options }, io) => {
    const before = await judged(folder, options.contract, io);
    const after = other === undefined ? null : await judged(other, options.contract, io);
    const comparison = after === null ? againstContract(before) : between(before, after);
    const status = statusOf(comparison);
    const json = (options as { json?: boolean }).json === true;
    if (json)
      io.out(
        `${JSON.stringify({ schemaVersion: 1, ...comparison, counts: countOf(comparison) }, null, 2)}\n`,
      );
    else io.out(comparisonText(comparison, status, io.columns));
    return status;
  },
});

async function judged(folder: string | undefined, contract: string | undefined, io: Io): Promise<Checklist> {
  const checklist = rejudge(await openRun(folder, contract, io), undefined, io);
  if (checklist.fingerprint !== undefined) return checklist;
  throw new CodedError(
    "NO_FINGERPRINT",
    `the run ${checklist.run} shows no policy: nothing could be inferred from it`,
    {
      remedy:
        "Verify without --only, or with checks that break the provider, such as --only bounded,attempt; the baseline must be green.",
    },
  );
}

function between(before: Checklist, after: Checklist): Comparison {
  const noiseMs = Math.max(before.noise?.p99Ms ?? 0, after.noise?.p99Ms ?? 0);
  const targets = compareFingerprints(before.fingerprint ?? [], after.fingerprint ?? [], noiseMs);
  return againstRun(before.run, after.run, targets);
}

/** 1 when a part of a policy differs, 3 when nothing could be compared, else 0. */
function statusOf(comparison: Comparison): ExitStatus {
  const { differs, agrees } = countOf(comparison);
  if (differs > 0) return 1;
  return agrees === 0 ? 3 : 0;
}
