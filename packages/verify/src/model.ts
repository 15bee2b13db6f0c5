import type { Contract, HttpIntegration, Operation, Scenario } from "@holdfast/contract";
import type { ItemId, ItemVerdict, Severity, Verdict } from "@holdfast/core";
import type { EffectRecord, ExchangeRecord, FaultProgram, ProxyRecord } from "@holdfast/faults";

// ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────

/** What a check is judged on: one operation of one integration, exercised by one scenario. */
export interface Target {
  readonly contract: Contract;
  readonly scenario: Scenario;
  readonly integration: HttpIntegration;
  readonly operation: Operation;
}

/** How one sample of an experiment is made, with the settings of that way as plain data. */
export type ProcedureSpec = { readonly kind: "one-call" };

/** An experiment as a check asks for it; equal names of one target are merged (most samples, longest horizon). */
export interface ExperimentSpec {
  /** Stable name: `healthy`, `503-forever`, `hang-forever`, `lost-reply-reset`. */
  readonly name: string;
  /** One sentence: what is done to the provider's answers. */
  readonly summary: string;
  readonly program: FaultProgram;
  /** How a sample is made; one call under the program when left out. Experiments of one name have one procedure. */
  readonly procedure?: ProcedureSpec;
  /**
   * How many samples before the first judgement, and at most when the verdict stays open. `samples: 0` is a reserve: it
   * runs only when a judgement asks for it.
   */
  readonly samples: number;
  readonly samplesMax: number;
  /** How long a call is watched before it counts as unfinished. */
  readonly horizonMs: number;
  /** The state of the connection when the call is driven: `fresh` drops kept-alive ones first, `reused` warms one up. */
  readonly connection: "any" | "fresh" | "reused";
  /** Samples per instance at most (1–4). */
  readonly perInstance: number;
  /** True for experiments whose gaps are measured: no instance is started while their calls are in flight. */
  readonly quiet: boolean;
  /** After the caller's answer, keep listening this many times the call's last gap (200 ms to 3 s) for late attempts. */
  readonly lingerGaps: number;
  /** After the caller's answer, keep watching at least this long, whatever the gaps were. */
  readonly lingerMs?: number;
  /** What one sample is expected to take when the contract is kept: for the estimate and the lower bound. */
  readonly expectedMs: number;
}

/** An experiment in a plan. */
export interface Experiment extends ExperimentSpec {
  /** `<scenario>/<integration>.<operation>/<name>`. */
  readonly id: string;
  readonly scenario: string;
  readonly integration: string;
  readonly operation: string;
  /** The ids of the checks that asked for it. */
  readonly checks: readonly string[];
  readonly lowerBoundMs: number;
}

export interface Plan {
  readonly seed: number;
  readonly experiments: readonly Experiment[];
  /** Checks that cannot be judged here and why, by check id and target: decided before anything runs. */
  readonly notApplicable: readonly {
    readonly check: string;
    readonly at: string;
    readonly because: string;
  }[];
  /** What no schedule on `cores` cores with `jobs` instances side by side can beat. */
  readonly lowerBoundMs: number;
  /** What the run is expected to take. */
  readonly estimateMs: number;
}

// ── what is seen ─────────────────────────────────────────────────────────────────────────────────────────────────
// One JSON object a line in observations.ndjson, in the order in which they were known. Times: the run's monotonic clock.

/** The run itself: first line. */
export interface RunRecord {
  readonly type: "run";
  readonly schemaVersion: 1;
  readonly run: string;
  readonly startedAt: string;
  readonly seed: number;
  readonly contractFile: string;
  readonly contractDigest: string;
  readonly versions: { readonly holdfast: string; readonly node: string; readonly platform: string };
  readonly jobs: number;
  readonly cores: number;
  /** Text of each declared runbook by integration; `null` when the file does not exist. */
  readonly runbooks: Readonly<Record<string, { readonly path: string; readonly text: string | null }>>;
}

/** One instance of the service (or module host), from start to end. */
export interface InstanceRecord {
  readonly type: "instance";
  readonly instance: string;
  readonly experiment: string;
  readonly startedMs: number;
  /** When it answered `ready`; `null` when it never did. */
  readonly readyMs: number | null;
  readonly endedMs: number | null;
  /** How it ended: `stopped` by us, `exited` by itself, `killed` by us because it ignored SIGTERM. */
  readonly end: "stopped" | "exited" | "killed" | "never-ready" | "running";
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** Did it still answer `ready` after its last sample? `null`: not asked (it was gone, or there is no `ready`). */
  readonly answeredAfter: boolean | null;
  /** Its last words: the last lines of its logs, redacted. */
  readonly lastWords: readonly string[];
}

/** One call that Holdfast drove. */
export interface CallRecord {
  readonly type: "call";
  /** The value of `${call.id}`. */
  readonly id: string;
  readonly experiment: string;
  readonly instance: string;
  /** `gate` proves functionality first; `warm-up` opens each instance; `sample` is what the experiment is about. */
  readonly phase: "gate" | "warm-up" | "sample";
  /** The number of this call on its instance, from 0. */
  readonly index: number;
  readonly startedMs: number;
  /** When the caller had its answer; `null` when the horizon passed first. */
  readonly endedMs: number | null;
  readonly outcome: "succeeded" | "failed" | "unfinished";
  /** The horizon under which it was watched, and when the watching (with lingering) ended. */
  readonly horizonMs: number;
  readonly watchedUntilMs: number;
  /** The service's status, or `null` (exec, module, no answer). */
  readonly status: number | null;
  /** Why it failed, redacted and short; `null` when it succeeded. */
  readonly error: string | null;
  /** What was sent in: trace id of the traceparent, and the value of the correlation header when it is another one. */
  readonly traceId: string;
  readonly correlation: string | null;
}

/** What the logs of an instance held between a call's start and the end of its watching. */
export interface CallLogRecord {
  readonly type: "call-log";
  readonly call: string;
  readonly instance: string;
  readonly lines: number;
  /** Lines that hold the trace id or the correlation value. */
  readonly linesWithId: number;
  /** Up to ten lines, redacted, those with the id or of level warn and above first. */
  readonly excerpt: readonly string[];
}

/** A planted secret that came out in a log. */
export interface LeakRecord {
  readonly type: "leak";
  readonly instance: string;
  readonly experiment: string;
  readonly call: string | null;
  readonly canary: "authorization" | "cookie" | "card" | "environment" | "configured-secret";
  readonly stream: "stdout" | "stderr" | "file";
  readonly atMs: number;
  /** The line, with the secret replaced. */
  readonly line: string;
}

/** Which canaries were planted in the calls of an experiment; without one planted, nothing can be said about it. */
export interface CanaryRecord {
  readonly type: "canary";
  readonly canary: LeakRecord["canary"];
  readonly planted: number;
}

/** Noise of this machine during this run, from control delays through the same process tree and proxy. */
export interface NoiseRecord {
  readonly type: "noise";
  readonly samples: number;
  /** 1.4826 · MAD of (measured − asked). */
  readonly sigmaMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** A connection of the service that went past the proxies. */
export interface BypassRecord {
  readonly type: "bypass";
  readonly instance: string;
  readonly remote: string;
  readonly atMs: number;
}

/** An experiment's end: what it cost, and why it has fewer samples than asked if so. */
export interface ExperimentRecord {
  readonly type: "experiment";
  readonly experiment: Experiment;
  readonly wallMs: number;
  readonly samples: number;
  readonly stoppedBecause: string | null;
}

export type Observation =
  | RunRecord
  | InstanceRecord
  | CallRecord
  | CallLogRecord
  | LeakRecord
  | CanaryRecord
  | NoiseRecord
  | BypassRecord
  | ExperimentRecord
  | (ProxyRecord & { readonly instance: string });

// ── what is judged ───────────────────────────────────────────────────────────────────────────────────────────────

/** An exchange attributed to its call; `number` counts from 1. */
export interface Attempt extends ExchangeRecord {
  readonly number: number;
}

/** A call with all that belongs to it. */
export interface ObservedCall extends CallRecord {
  /** Attempts of the target's operation, in order of arrival, late ones included. */
  readonly attempts: readonly Attempt[];
  readonly effects: readonly EffectRecord[];
  readonly log: CallLogRecord | null;
}

/** What an experiment brought: only samples that are fit to judge by. */
export interface ExperimentEvidence {
  readonly experiment: Experiment;
  readonly calls: readonly ObservedCall[];
  readonly instances: readonly InstanceRecord[];
  /** Samples set aside and why (poisoned by an earlier sample, proxy problem, instance never ready). */
  readonly setAside: readonly {
    readonly call: string;
    readonly because: string;
    /** The sample itself; absent when it was never made. */
    readonly observed?: ObservedCall;
  }[];
}

/** All a judge may look at. */
export interface Evidence {
  /** By experiment name, for this target; absent when it did not run. */
  readonly experiments: Readonly<Record<string, ExperimentEvidence>>;
  /** Every healthy call of every instance: gate and warm-ups. */
  readonly healthy: readonly ObservedCall[];
  readonly noise: NoiseRecord;
  readonly leaks: readonly LeakRecord[];
  readonly canaries: readonly CanaryRecord[];
  readonly bypasses: readonly BypassRecord[];
}

/** A number that a verdict rests on. */
export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** 95 % unless the name says otherwise. */
  readonly interval?: readonly [number, number];
}

/** Observations cited by a verdict. */
export interface Citation {
  readonly experiment: string;
  readonly call: string;
  readonly exchanges: readonly string[];
  /** What there is to see, in one sentence. */
  readonly note: string;
}

/** What a check says about a target. */
export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence with the numbers in it. */
  readonly because: string;
  /** On how many exchanges the fault took hold; how many calls were judged. */
  readonly fired: number;
  readonly samples: number;
  readonly estimate?: Measured;
  /** What the estimate is held against, in the same unit: declared or default; reports draw it as a line. */
  readonly limit?: Measured;
  readonly measured?: readonly Measured[];
  /** For "none seen in n": the 95 % upper bound of the rate, 1 − 0.05^(1/n). */
  readonly bound?: number;
  readonly evidence: readonly Citation[];
  /** For fail and advice: what is probably wrong inside, in one or two sentences. */
  readonly diagnosis?: string;
  readonly severity?: Severity;
  /** What more samples or a longer watch would decide; `samples` asks the run for them. */
  readonly more?: { readonly experiment: string; readonly samples: number; readonly buys: string };
}

/**
 * One question with a rule. Pure: `plan` says which experiments, `judge` decides from what they brought. `defineCheck` adds the
 * gates: no green baseline, nothing fired, nothing driven or a proxy problem make the verdict inconclusive.
 */
export interface Check<Subject = unknown> {
  readonly id: string;
  readonly item: ItemId;
  readonly question: string;
  /** The rule in one or two sentences, as reports print it. */
  readonly rule: string;
  /** Where the rule and its numbers come from. */
  readonly source: string;
  /** Whether the item is incomplete without it. */
  readonly required: boolean;
  /** The commitment it is about with its default, or why it does not apply. */
  about(target: Target): Subject | { readonly notApplicable: string };
  /** The contract path of the commitment, for the report's contract line. */
  commitment(target: Target): readonly (string | number)[];
  plan(subject: Subject, target: Target): readonly ExperimentSpec[];
  judge(subject: Subject, evidence: Evidence, target: Target): Judgement;
}

// ── what is reported: `checklist.json` and `verify --json`, a published schema ──────────────────────────────────────

export interface CheckResult extends Judgement {
  readonly id: string;
  readonly item: ItemId;
  readonly integration?: string;
  readonly operation?: string;
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
}

export interface Checklist {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly service: string;
  readonly contract: { readonly file: string; readonly digest: string };
  readonly seed: number;
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
  readonly notBuilt: readonly { readonly path: string; readonly line: number; readonly what: string }[];
  /** What to know besides: accepted findings that expired or that match nothing any more. */
  readonly notes?: readonly string[];
  /** Set when the run ended early: the sentence says why; verdicts rest on what was seen until then. */
  readonly interrupted: string | null;
}
