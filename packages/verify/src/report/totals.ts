import { type Verdict, verdicts } from "@holdfast/core";
import type { Checklist, CheckResult } from "./model.ts";
import { counted } from "./text.ts";
import { verdictMarks } from "./verdict-mark.ts";

/** How many checks came to each verdict; accepted findings are counted apart. */
export interface Totals {
  readonly checks: number;
  readonly accepted: number;
  readonly by: Readonly<Record<Verdict, number>>;
}

/** Counts the verdicts of a checklist. */
export function totalsOf(checklist: Checklist): Totals {
  const checks: readonly CheckResult[] = checklist.items.flatMap((item) => item.checks);
  const counting = checks.filter((check) => check.accepted === undefined);
  const count = (verdict: Verdict): number => counting.filter((check) => check.verdict === verdict).length;
  return {
    checks: checks.length,
    accepted: checks.length - counting.length,
    by: {
      pass: count("pass"),
      fail: count("fail"),
      advice: count("advice"),
      inconclusive: count("inconclusive"),
      "not-applicable": count("not-applicable"),
      "not-tested": count("not-tested"),
    },
  };
}

/** `26 checks: 8 pass · 6 fail · 1 accepted · 2 advice`, verdicts that nobody has left out. */
export function totalsText(checklist: Checklist): string {
  const totals = totalsOf(checklist);
  const parts = verdicts.flatMap((verdict) => {
    const count = totals.by[verdict];
    return count === 0 ? [] : [`${count} ${verdictMarks[verdict].word}`];
  });
  if (totals.accepted > 0) parts.push(`${totals.accepted} accepted`);
  return `${counted(totals.checks, "check")}: ${parts.join(" · ")}`;
}
