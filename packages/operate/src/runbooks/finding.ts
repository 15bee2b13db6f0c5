import type { Outline } from "./markdown.ts";

/** Something that a runbook lacks or has wrong. */
export interface RunbookFinding {
  readonly rule: string;
  /** `error`: somebody would be stuck with it; `advice`: it could be better. */
  readonly severity: "error" | "advice";
  readonly line: number;
  readonly says: string;
  readonly remedy: string;
}

/** What a runbook is held against. */
export interface RunbookContext {
  /** Metrics that there are, those that rules record included. */
  readonly metrics: readonly string[];
  /** The day of the check, `2026-11-28`. */
  readonly today: string;
  /** A review that is older is told of. */
  readonly reviewedDaysMax: number;
  /** Whether a path of a link, from the folder of the runbook, leads to something. */
  exists(path: string): boolean;
}

/** One rule: what it asks, and how it answers. */
export interface RunbookRule {
  readonly id: string;
  readonly question: string;
  /** A runbook, or a piece of one, in which it finds something. */
  readonly example: string;
  find(outline: Outline, context: RunbookContext): readonly Omit<RunbookFinding, "rule">[];
}
