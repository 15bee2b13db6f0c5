import type { Checklist, CheckResult } from "@holdfast/verify";
import type { ExitStatus } from "./command.ts";

/** What `--fail-on` can add to what counts as failed. */
export const failOnChoices = ["advice", "incomplete"] as const;
export type FailOn = (typeof failOnChoices)[number];

/**
 * The exit status a checklist earns: 1 when a check failed (accepted findings subtracted), with `advice` also on advice, with
 * `incomplete` also on an item that is not complete; else 3 when a check stayed inconclusive, so that a green exit is
 * never earned by missing evidence; else 0.
 */
export function exitStatus(checklist: Checklist, failOn: FailOn | undefined): ExitStatus {
  const checks = checklist.items.flatMap((item) => item.checks);
  const has = (verdict: CheckResult["verdict"]): boolean =>
    checks.some((check) => check.verdict === verdict && check.accepted === undefined);

  if (has("fail")) return 1;
  if (failOn === "advice" && has("advice")) return 1;
  if (failOn === "incomplete" && checklist.items.some((item) => item.verdict === "incomplete")) return 1;
  if (checklist.interrupted !== null || has("inconclusive")) return 3;
  return 0;
}

const meanings: Readonly<Record<ExitStatus, string>> = {
  0: "nothing failed",
  1: "something failed",
  2: "the command or the contract is wrong",
  3: "nothing failed, but not everything was decided",
  4: "the environment failed",
};

/** What an exit status says, in a few words. */
export function exitMeaning(status: ExitStatus): string {
  return meanings[status];
}
