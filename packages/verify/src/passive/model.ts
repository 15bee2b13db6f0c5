import type { RequestSeen, Spot } from "@holdfast/operate";
import type { Judgement, NoiseRecord, ObservedCall, Target } from "../model.ts";
import type { CheckResult } from "../report/model.ts";

// Words of passive judgement: nothing is injected; what failed by itself is looked at.

/**
 * How an attempt failed, as the experiments of a verification are called: a status (`503`), `hang` (given up without an answer),
 * `reset`, `close`, `refuse`, `truncate` (broken off in an answer), or `unknown`. `null`: it did not.
 */
export type FailureKind = string | null;

/** A call that was put together again from what was written down about it. */
export interface NaturalCall extends ObservedCall {
  /** Where its attempts were read from. */
  readonly source: "access-log" | "span" | "log";
  /** How each attempt failed, in the order of the attempts. */
  readonly kinds: readonly FailureKind[];
  /** Whether the request of the service's own caller was seen too. */
  readonly callerSeen: boolean;
  /** Whether its attempts were tied to it by the id of the request rather than by the trace, so that traces can be judged. */
  readonly tiedByRequest: boolean;
  /** The request of the service's own caller. */
  readonly caller: Pick<RequestSeen, "startMs" | "status"> | null;
  /** The lines that its attempts were read from, and that of its caller. */
  readonly spots: readonly Spot[];
}

/** How sure it is that every attempt was tied to its call: without that, nobody knows that something was *not* sent again. */
export interface Link {
  /** Calls that came in and use the operation, and those of them of which an attempt was found. */
  readonly callers: number;
  readonly linked: number;
  /** Requests of the operation, made while calls came in, that belong to none of them. */
  readonly strays: number;
  /** Calls of which an attempt failed. */
  readonly failing: number;
  readonly proven: boolean;
  /** Why not, in words; empty where it is proven. */
  readonly because: string;
}

/** What the sources show of a target's attempts. */
export interface Shows {
  readonly source: "access-log" | "span" | "log" | null;
  /** Whether attempts have a beginning and an end. */
  readonly times: boolean;
  /** How far apart two times must be to be told apart, in ms. */
  readonly resolutionMs: number;
  /** Headers that the source writes down, by name; those of answers as `answer:…`. */
  readonly headers: ReadonlySet<string>;
  readonly logLines: number;
}

/** All a passive rule may look at. */
export interface TrafficView {
  readonly target: Target;
  /** In the order in which they began. */
  readonly calls: readonly NaturalCall[];
  /** Calls that made one attempt, which went well. */
  readonly healthy: readonly NaturalCall[];
  /** Share of calls without a failure that made several requests of the operation. */
  readonly severalShare: number;
  readonly link: Link;
  readonly shows: Shows;
  /**
   * How late the service was: from the request of its caller to its first attempt, a way without a wait. `samples: 0` where nobody knows.
   */
  readonly noise: NoiseRecord;
  /** The lines that attempts were read from, by the name under which they are cited. */
  readonly lines: ReadonlyMap<string, Spot>;
  /** Lines that look as if they held a secret: how many, of how many, and the first of them. */
  readonly secrets: {
    readonly lines: number;
    readonly of: number;
    readonly first: readonly (Spot & { readonly what: string })[];
  };
}

/** How one check is judged on natural failures. */
export interface PassiveRule {
  /** The id of the check whose question it answers. */
  readonly check: string;
  /** What it can say besides `inconclusive`. */
  readonly says: readonly ("pass" | "fail" | "advice")[];
  /** What must be seen for that, in one sentence. */
  readonly needs: string;
  judge(view: TrafficView): Judgement;
}

/** A line that shows something: where it stands, and as much of it as may be shown. */
export interface QuotedLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly note: string;
}

/** What one check says about one target. */
export interface PassiveResult {
  readonly id: string;
  readonly item: string;
  readonly integration: string;
  readonly operation: string;
  readonly question: string;
  readonly rule: string;
  readonly source: string;
  readonly verdict: Judgement["verdict"];
  readonly because: string;
  /** How many calls it rests on. */
  readonly samples: number;
  readonly estimate?: Judgement["estimate"];
  readonly limit?: Judgement["limit"];
  /** For none seen in n: the 95 % upper bound of the rate. */
  readonly bound?: number;
  readonly diagnosis?: string;
  readonly severity?: Judgement["severity"];
  readonly remedy?: string;
  /** Set when the contract accepts this finding on the last day of the traffic: it does not count as failed. */
  readonly accepted?: CheckResult["accepted"];
  readonly evidence: readonly QuotedLine[];
}

/** What was seen of a target. */
export interface PassiveTarget {
  readonly integration: string;
  readonly operation: string;
  readonly calls: number;
  readonly attempts: number;
  /** Attempts that failed, whether they could be tied to a call or not. */
  readonly failed: number;
  /** Calls of which an attempt failed. */
  readonly failing: number;
  readonly setAside: readonly { readonly calls: number; readonly because: string }[];
  readonly source: Shows["source"];
  /** What the sources do not show, in sentences. */
  readonly unseen: readonly string[];
}

/** What traffic alone says: `judge --passive --json`. */
export interface PassiveReport {
  readonly schemaVersion: 1;
  readonly mode: "passive";
  readonly service: string;
  readonly contract: { readonly file: string; readonly digest: string } | null;
  readonly read: {
    readonly files: readonly {
      readonly name: string;
      readonly lines: number;
      readonly requests: number;
      readonly logs: number;
      readonly unreadable: { readonly line: number; readonly count: number } | null;
      readonly notes: readonly string[];
    }[];
    readonly spans: number;
    readonly fromMs: number | null;
    readonly toMs: number | null;
    /** Requests that fit no operation, by method and path, the most frequent first. */
    readonly strangers: readonly { readonly request: string; readonly count: number }[];
  };
  readonly targets: readonly PassiveTarget[];
  readonly checks: readonly PassiveResult[];
  /** Checks that natural failures cannot decide, and why. */
  readonly leftOut: readonly { readonly id: string; readonly because: string }[];
}
