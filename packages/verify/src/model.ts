import type { Contract, HttpIntegration, Operation, Scenario } from "@holdfast/contract";
import type { ItemId, Severity, Verdict } from "@holdfast/core";
import type {
  BlackHoleRecord,
  EffectRecord,
  ExchangeRecord,
  FaultProgram,
  HandshakesRecord,
  ProxyRecord,
} from "@holdfast/faults";
import type { AlertProofRecord } from "./alerts/model.ts";
import type { OperationsTexts, ScrapeRecord } from "./operations-model.ts";
import type { SpanRecord } from "./otlp/span-record.ts";
import type { LoadStage, ProcedureSpec } from "./procedure-model.ts";

export type { KeptText, OperationsTexts, ScrapeRecord } from "./operations-model.ts";

// ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────

/** What a check is judged on: one operation of one integration, exercised by one scenario. */
export interface Target {
  readonly contract: Contract;
  readonly scenario: Scenario;
  readonly integration: HttpIntegration;
  readonly operation: Operation;
}

/** How thorough a run is; see `profiles`. */
export type Profile = "pr" | "full" | "nightly";

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
  /** How long an instance serves its samples before the rest goes to others; 2 s when left out. */
  readonly instanceMs?: number;
  /** True for experiments whose gaps are measured: no instance is started while their calls are in flight. */
  readonly quiet: boolean;
  /** After the caller's answer, keep listening this many times the call's last gap (200 ms to 3 s) for late attempts. */
  readonly lingerGaps: number;
  /** After the caller's answer, keep watching at least this long, whatever the gaps were. */
  readonly lingerMs?: number;
  /** What one sample is expected to take when the contract is kept: for the estimate and the lower bound. */
  readonly expectedMs: number;
  /** The shortest profile that makes it; every one when left out. */
  readonly profile?: Profile;
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
  /** How thorough the run was; absent in runs of before there were profiles. */
  readonly profile?: Profile;
  readonly versions: { readonly holdfast: string; readonly node: string; readonly platform: string };
  readonly jobs: number;
  readonly cores: number;
  /** Text of each declared runbook by integration; `null` when the file does not exist. */
  readonly runbooks: Readonly<Record<string, { readonly path: string; readonly text: string | null }>>;
  /** The alerting rules and dashboards that `operations` names, as the run found them; absent where it names none. */
  readonly operations?: OperationsTexts;
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
  /**
   * `gate` proves functionality first; `warm-up` opens each instance; `sample` is what the experiment is about; `load` is one of the
   * many calls of a sample that is a load.
   */
  readonly phase: "gate" | "warm-up" | "sample" | "load";
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
  /** The `traceparent` that was sent in, `null` for none at all; absent in runs that did not keep it. */
  readonly traceparent?: string | null;
  /** For a call beside a load: its scenario, `null` for the question whether the service is ready; absent for all others. */
  readonly beside?: string | null;
}

/** One request that Holdfast sent to the service, as a caller of its own, in a sample that takes several. */
export interface RequestRecord {
  readonly type: "request";
  /** The call of the sample. */
  readonly call: string;
  /** Its number in the sample, from 0. */
  readonly number: number;
  /** `before` and `during` are calls beside `slow` connections. */
  readonly role: "first" | "again" | "other-body" | "before" | "slow" | "during";
  readonly startedMs: number;
  /** When the answer was whole or the connection ended; `null` when it was still open at the end of the watch. */
  readonly endedMs: number | null;
  readonly status: number | null;
  /** Whether the answer is what the scenario expects. */
  readonly expected: boolean;
  /** HMAC of the answer's body, the order of JSON keys apart: equal for equal answers. */
  readonly answer: string | null;
  /** How it ended when not by an answer, redacted and short. */
  readonly error: string | null;
}

/** A sample that is a load: when each stage was. Its calls have records of their own. */
export interface LoadRecord {
  readonly type: "load";
  readonly experiment: string;
  readonly instance: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** `seen`: it ended early, by what it waited for. */
  readonly stages: readonly {
    readonly name: LoadStage["name"];
    readonly startedMs: number;
    readonly endedMs: number;
    readonly seen: boolean;
  }[];
  /** Calls that did not begin because too many were under way. */
  readonly withheld: number;
  readonly stoppedBecause: string | null;
}

/** What the logs of an instance held between a call's start and the end of its watching. */
export interface CallLogRecord {
  readonly type: "call-log";
  readonly call: string;
  readonly instance: string;
  readonly lines: number;
  /** Lines that hold the trace id or the correlation value. */
  readonly linesWithId: number;
  /** Up to twenty lines, redacted, those with the id or of level warn and above first; of many the first and the last. */
  readonly excerpt: readonly string[];
}

/** A time in which a process that was to wake did not: what took longer meanwhile is this machine's doing, and nobody's measured. */
export interface StandstillRecord {
  readonly type: "standstill";
  readonly fromMs: number;
  readonly toMs: number;
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
  | RequestRecord
  | LoadRecord
  | CallLogRecord
  | SpanRecord
  | LeakRecord
  | CanaryRecord
  | NoiseRecord
  | StandstillRecord
  | ScrapeRecord
  | AlertProofRecord
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
  /** Effects of the same call on other operations, requests by safe methods left out. */
  readonly otherEffects: readonly EffectRecord[];
  /** The requests of a sample that takes several, by number; empty for a plain call. */
  readonly requests: readonly RequestRecord[];
  readonly log: CallLogRecord | null;
  /** Spans of its trace, as the service sent them. */
  readonly spans: readonly SpanRecord[];
}

/** Calls beside a load, in the order in which they began; their attempts are of the neighbour's operation. */
export interface BesideEvidence {
  /** Their scenario; `null`: what the service is asked to know that it is ready. */
  readonly scenario: string | null;
  readonly calls: readonly ObservedCall[];
}

/** A load with its calls, in the order in which they began. */
export interface LoadEvidence {
  readonly record: LoadRecord;
  readonly calls: readonly ObservedCall[];
  /** Calls that were made beside it; absent where none were. */
  readonly beside?: readonly BesideEvidence[];
  /** Requests of the operation that came during the load and belong to none of its calls, as far as can be told. */
  readonly strays: number;
  /** Why nothing that was seen may be trusted; `null` when it may. */
  readonly problem: string | null;
}

/** What an experiment brought: only samples that are fit to judge by. */
export interface ExperimentEvidence {
  readonly experiment: Experiment;
  readonly calls: readonly ObservedCall[];
  /** Samples that are loads, fit to judge by or not; absent where samples are calls. */
  readonly loads?: readonly LoadEvidence[];
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
  /** The share of the run, 0 to 1, during which this machine stood still for 300 ms and more at a time. */
  readonly stoodStill: number;
  readonly leaks: readonly LeakRecord[];
  readonly canaries: readonly CanaryRecord[];
  readonly bypasses: readonly BypassRecord[];
  /** The times during which nobody could connect to the integration, and who tried. */
  readonly blackHoles: readonly BlackHoleRecord[];
  /** The times during which TLS handshakes with the integration went wrong, and who connected. */
  readonly handshakes: readonly HandshakesRecord[];
  /** The integration's runbook as the run found it: its text is `null` when the file does not exist. `null`: none was kept. */
  readonly runbook: RunRecord["runbooks"][string] | null;
  /** What alerts, dashboards and runbooks came to; absent where nothing was put to the proof. */
  readonly alertProof?: AlertProofRecord;
  /** How many spans the service sent in this run, whatever they belong to. */
  readonly spansSent: number;
  /** The checks that failed on this target before this one, in the order of the checklist. */
  readonly failed: readonly string[];
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
  /** For checks of what the service owes its own callers: the entry of `service.serves` that reports name instead of the operation. */
  served?(target: Target): string | null;
  plan(subject: Subject, target: Target): readonly ExperimentSpec[];
  judge(subject: Subject, evidence: Evidence, target: Target): Judgement;
}
