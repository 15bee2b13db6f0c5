import { type Contract, formatPath } from "@holdfast/contract";
import { formatDuration } from "@holdfast/core";
import { profileNames } from "@holdfast/verify";
import type { Planned } from "./system-verify.ts";

/** A plan as people read it: each experiment, what it does, for which checks. */
export function planText({ plan, profile, estimatesMs }: Planned, contract: Contract): string {
  const running = plan.experiments.filter(({ samples }) => samples > 0);
  const samples = running.reduce((sum, experiment) => sum + experiment.samples, 0);
  const lines = running.map(
    (one) =>
      `  ${one.id.padEnd(52)} ${String(one.samples).padStart(3)} ×  ${one.summary}\n` +
      `  ${" ".repeat(52)}        for ${one.checks.join(", ")}`,
  );
  const skipped = plan.notApplicable.map(({ check, at, because }) => `  ${check} at ${at}: ${because}`);
  return [
    `${running.length} experiments, ${samples} calls; nothing was run.`,
    `Expected: about ${rounded(plan.estimateMs)}; no schedule could beat ${rounded(plan.lowerBoundMs)}.`,
    `Profiles: ${profileNames.map((each) => `${each} about ${rounded(estimatesMs[each])}`).join(", ")}; this is ${profile}.`,
    "",
    ...lines,
    ...(skipped.length === 0 ? [] : ["", "Not applicable here:", ...skipped]),
    "",
    notesText(contract),
  ].join("\n");
}

function rounded(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1_000)) * 1_000);
}

/** What the contract holds that is not built yet, and what in it is hardly meant; empty when there is neither. */
export function notesText({ notBuilt, warnings }: Contract): string {
  const known = notBuilt.map(({ place, path, what }) => `  line ${place.line}: ${formatPath(path)}: ${what}`);
  const doubtful = warnings.map(({ place, says, remedy }) => `  line ${place.line}: ${says} ${remedy}`);
  const lines = [
    ...(known.length === 0 ? [] : ["Known, but not built yet (its checks are not-tested):", ...known]),
    ...(doubtful.length === 0 ? [] : ["Hardly meant:", ...doubtful]),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
