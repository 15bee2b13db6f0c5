import type { OperationsProof } from "@holdfast/operate";

/** Whose rules or dashboards were put to the proof: those that `operations` names, those that Holdfast generates, or there were none. */
export type ProvedOf = "declared" | "generated" | "none";

/** A way to fail as one integration met it in this run, with the experiment in which most of its calls failed. */
export interface CapturedMode {
  /** `payments/provider unavailable (5xx)`. */
  readonly id: string;
  readonly integration: string;
  readonly operation: string;
  readonly mode: string;
  readonly experiment: string;
  readonly calls: number;
  readonly failed: number;
  /** Calls that took longer than each latency of the objective, by percentile, beyond what a healthy one takes; absent where that is not known. */
  readonly slow?: Readonly<Record<string, number>>;
  /** Why its metrics could not be used; `null` where they could. */
  readonly unread: string | null;
}

/** Names that a runbook uses, held against this machine and the contract's folder: nothing was run. */
export interface RunbookFacts {
  readonly integration: string;
  readonly path: string;
  /** Metrics in its queries, and alerts that it names. */
  readonly metrics: readonly string[];
  readonly alerts: readonly string[];
  /** Queries that could not be read. */
  readonly unread: readonly string[];
  /** Files that it names below the contract's folder or its own. */
  readonly files: readonly { readonly name: string; readonly exists: boolean }[];
  /** Programs that its commands begin with: known to whoever operates services, on the path here, or neither. */
  readonly programs: readonly { readonly name: string; readonly found: "known" | "here" | "nowhere" }[];
}

/** Where a link of an alert leads, from the contract's folder. */
export interface LinkFacts {
  readonly link: string;
  /** Whether a file of the contract's folder is behind it; `null` for addresses of other machines. */
  readonly exists: boolean | null;
  /** The anchors of that file; empty where it has none or is none. */
  readonly anchors: readonly string[];
}

/** What alerts, dashboards and runbooks came to in this run. It is kept, so that a run can be judged again without promtool. */
export interface AlertProofRecord {
  readonly type: "alert-proof";
  readonly rules: ProvedOf;
  readonly dashboards: ProvedOf;
  /** Why nothing could be proved; `null` where it was. */
  readonly problem: { readonly code: string; readonly says: string; readonly remedy: string } | null;
  /** Scrapes that could be read, and those that could not. */
  readonly scrapes: {
    readonly read: number;
    readonly failed: number;
    readonly firstError: string | null;
  };
  /** Metrics that the scrapes had, and the names that rules record and alert by. */
  readonly metrics: readonly string[];
  readonly recorded: readonly string[];
  readonly alerts: readonly string[];
  readonly modes: readonly CapturedMode[];
  readonly proof: OperationsProof | null;
  readonly runbooks: readonly RunbookFacts[];
  readonly links: readonly LinkFacts[];
}
