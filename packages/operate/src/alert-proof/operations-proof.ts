import type { Texts } from "../rules/rule.ts";
import type { Firing, RuleProblem } from "./model.ts";

/** An alert as its file has it, and what it needs that the service does not export. */
export interface AlertFacts {
  readonly file: string;
  readonly name: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Metrics that it reads in the end. */
  readonly metrics: readonly string[];
  /** Those of them that no scrape had. */
  readonly missing: readonly string[];
  /** Conditions that no series of a metric that is there fulfils, with the values that were seen; left out where there are none. */
  readonly unmatched?: readonly string[];
  /** Its file is as `holdfast generate` wrote it. */
  readonly asGenerated?: true;
  /** How long after the last failure it may rightly fire. */
  readonly looksBackMs: number;
}

/** A query of a dashboard, and what it answered. */
export interface QueryFacts {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
  /** Why it could not be asked or was refused; `null` where it was answered. */
  readonly problem: { readonly kind: "unread" | "refused"; readonly says: string } | null;
  readonly metrics: readonly string[];
  /** Metrics and labels that it names and that neither the scrapes nor the rules have. */
  readonly missing: readonly string[];
  /** Values while all is well. */
  readonly healthyValues: number;
  readonly faults: readonly { readonly id: string; readonly values: number; readonly moved: boolean }[];
}

/** A dashboard as its file has it. */
export interface DashboardFacts {
  readonly path: string;
  readonly queries: number;
  /** Queries of other sources, such as logs: nobody asks them here. */
  readonly foreign: number;
  readonly problem: string | null;
  /** It is as `holdfast generate` wrote it. */
  readonly asGenerated?: true;
}

/** What a team's rules and dashboards came to over what was captured of its service. Plain data: it can be kept and judged again. */
export interface OperationsProof {
  /** The version of promtool by which it was proved. */
  readonly promtool: string;
  /** What was taken for granted, in sentences. */
  readonly assumed: readonly string[];
  readonly problems: readonly RuleProblem[];
  readonly alerts: readonly AlertFacts[];
  /** What fired though nothing was wrong, each alert watched for as long as it looks back: so long at most. */
  readonly control: readonly Firing[];
  readonly controlMs: number;
  readonly faults: readonly { readonly id: string; readonly firing: readonly Firing[] }[];
  readonly dashboards: readonly DashboardFacts[];
  readonly queries: readonly QueryFacts[];
  /** Every metric that the scrapes had, and every one that the rules record. */
  readonly metrics: readonly string[];
}
