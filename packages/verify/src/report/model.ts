import type { ItemId, ItemVerdict, Severity } from "@holdfast/core";
import type { Fingerprint } from "../fingerprint/model.ts";
import type { Judgement, NoiseRecord, Profile, RunRecord } from "../model.ts";

// `checklist.json` and `verify --json`: a published schema.

export interface CheckResult extends Judgement {
  readonly id: string;
  readonly item: ItemId;
  readonly integration?: string;
  readonly operation?: string;
  /** The entry of `service.serves` that it is about, in place of `integration` and `operation`. */
  readonly serves?: string;
  readonly scenario?: string;
  readonly question: string;
  readonly rule: string;
  readonly source: string;
  readonly required: boolean;
  /** Where the commitment stands in the contract, or should. */
  readonly contract?: {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly path: string;
    /** Whether something is declared at `path` itself; when not, the place is that of its nearest parent. */
    readonly declared?: boolean;
  };
  /** For fail and advice, from the guide. */
  readonly remedy?: string;
  /** Set when the baseline accepts this finding: it no longer counts as failed. */
  readonly accepted?: { readonly reason: string; readonly owner: string; readonly until: string };
  /** The command that repeats it. */
  readonly repeat: string;
}

export interface ItemResult {
  readonly id: ItemId;
  readonly title: string;
  readonly heading: string;
  readonly verdict: ItemVerdict;
  /** `4 of 10 checks`, and for either/or items which branch applied. */
  readonly says: string;
  readonly checks: readonly CheckResult[];
}

export interface Finding {
  /** Stable across runs: hash of check, integration, operation and the mechanism. */
  readonly id: string;
  readonly check: string;
  readonly at: string;
  readonly verdict: "fail" | "advice";
  readonly severity: Severity;
  readonly because: string;
  readonly diagnosis: string;
  readonly remedy: string;
  readonly accepted: boolean;
}

export interface Incident {
  /** Stable across runs: `INC-` and eight hex digits. */
  readonly id: string;
  readonly title: string;
  readonly finding: string;
  readonly severity: Severity;
  /** What it would have looked like in production. */
  readonly story: string;
  readonly timeline: readonly { readonly atMs: number; readonly what: string }[];
  readonly file: string;
}

export interface RunbookGap {
  readonly failureMode: string;
  readonly integration: string;
  readonly signature: string;
  readonly gap: string;
  readonly todo: string;
  /** A rule that would have told of it, drafted: a file as Prometheus reads it. */
  readonly rule?: string;
  /** A section that says what to do, drafted, in Markdown. */
  readonly section?: string;
}

/** One way to fail: what would have told somebody, and what they would have read. */
export interface AlertCoverage {
  readonly integration: string;
  readonly failureMode: string;
  /** How many calls met it, and how many of them failed. */
  readonly calls: number;
  readonly failed: number;
  readonly alert:
    | {
        readonly state: "fires";
        /** The first one, so long after the fault began. */
        readonly name: string;
        readonly afterMs: number;
        /** So long after the fault ended; absent where it still fired at the end. */
        readonly resolvedMs?: number;
        /** How many alerts fired beside it. */
        readonly others: number;
      }
    | { readonly state: "unproved"; readonly because: string }
    /** No call failed, so there is nothing to tell; or calls failed and no alert fired. */
    | { readonly state: "absorbed" | "silent" };
  readonly runbook:
    | { readonly state: "covered"; readonly section?: string }
    | { readonly state: "absorbed" }
    | { readonly state: "uncovered" };
}

export interface Checklist {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly service: string;
  readonly contract: { readonly file: string; readonly digest: string };
  readonly seed: number;
  /** How thorough the run was. */
  readonly profile?: Profile;
  readonly startedAt: string;
  readonly wallMs: number;
  readonly longestExperimentMs: number;
  /** Median time an instance took to be ready. */
  readonly startMs: number;
  readonly lowerBoundMs: number;
  readonly versions: RunRecord["versions"];
  readonly noise: NoiseRecord | null;
  readonly items: readonly ItemResult[];
  readonly experiments: readonly {
    readonly id: string;
    readonly summary: string;
    readonly checks: readonly string[];
    readonly samples: number;
    readonly wallMs: number;
    readonly lowerBoundMs: number;
  }[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly runbookGaps: readonly RunbookGap[];
  /** Ways to fail against alerts and runbook sections; absent where the run did not look. */
  readonly alertCoverage?: readonly AlertCoverage[];
  readonly notBuilt: readonly { readonly path: string; readonly line: number; readonly what: string }[];
  /** What to know besides: accepted findings that expired or that match nothing any more. */
  readonly notes?: readonly string[];
  /** The policies inferred from behaviour alone, beside the declared ones; absent when nothing could be inferred. */
  readonly fingerprint?: readonly Fingerprint[];
  /** Set when the run ended early: the sentence says why; verdicts rest on what was seen until then. */
  readonly interrupted: string | null;
}
