import type { Policy } from "@holdfast/core";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import type { CallFamily } from "../metrics/families.ts";
import type { Objective } from "../slo/objective.ts";

/** Something to copy: a query for Prometheus, a command for a shell, or a piece of a policy. */
export interface Command {
  readonly language: "promql" | "sh" | "yaml";
  readonly text: string;
  /** What its answer is about beyond what is asked, in a whole sentence. */
  readonly note?: string;
}

/** Why there is nothing to copy, in a whole sentence. */
export interface Missing {
  readonly missing: string;
}

/** One look at how things are, and where each answer leads. Nothing is changed by it. */
export interface Look {
  readonly says: string;
  readonly run: Command | Missing;
  readonly answers: readonly { readonly when: string; readonly means: string }[];
}

/** One thing to do. */
export interface Step {
  readonly says: string;
  readonly run: Command | Missing;
  /** What can go wrong by doing it: 1 nothing, 2 some calls are affected, 3 data are changed or customers are. */
  readonly risk: 1 | 2 | 3;
  /** How it is taken back, in a whole sentence; or that it cannot be. */
  readonly back: string;
}

/** What a runbook is about. */
export interface RunbookSubject {
  readonly subject: ModeSubject;
  readonly objectives: readonly Objective[];
  /** What the contract commits to; nothing for delivery. */
  readonly policy: Policy;
  /** How somebody finds the contract: its path. */
  readonly contract: string;
  /** By what its calls are counted; by its subject's source when left out. */
  readonly family?: CallFamily;
}

/** The text of a runbook before it is Markdown. */
export interface RunbookText {
  readonly meaning: string;
  readonly impact: string;
  readonly diagnosis: readonly Look[];
  readonly mitigation: readonly Step[];
  /** By which it shows that it is over. */
  readonly verification: { readonly says: string; readonly run: Command | Missing };
  /** When somebody else is called, and who. */
  readonly escalation: string;
}

/** One way to fail that somebody may be woken for. */
export interface RunbookMode {
  /** The end of its file's name. */
  readonly id: string;
  readonly title: string;
  readonly of: "integration" | "delivery";
  /** Alerts that lead here. */
  readonly alerts: readonly string[];
  /** Ways to fail that a verification shows, by its words. */
  readonly shownAs: readonly string[];
  /** Modes that are like it, or that come with it. */
  readonly related: readonly string[];
  applies(of: RunbookSubject): boolean;
  write(of: RunbookSubject): RunbookText;
}
