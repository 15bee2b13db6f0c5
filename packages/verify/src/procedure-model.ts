import type { FaultProgram } from "@holdfast/faults";

/** How one sample of an experiment is made, with the settings of that way as plain data. */
export type ProcedureSpec =
  | { readonly kind: "one-call" }
  /** One call that brings no id, or in place of a traceparent one of these texts in turn. */
  | { readonly kind: "strange-id"; readonly traceparents: readonly string[] }
  /** A call for each step of the program, which meets that step alone. */
  | { readonly kind: "step-per-call" }
  /** A request, the same again, then another body, all with one key; `key` is the header (lower case) or JSON pointer that carries it. */
  | { readonly kind: "same-key"; readonly key: string }
  /** One request many times at the same moment, with one key. */
  | { readonly kind: "at-once"; readonly key: string; readonly requests: number }
  /** A request that meets the fault, if `crash` the process killed meanwhile and started again, then the same request until it is done. */
  | { readonly kind: "half-way"; readonly key: string; readonly crash: boolean }
  /** A call that meets the fault, its process killed meanwhile and started again, then the same call once more. */
  | { readonly kind: "again-after-crash" }
  /** Connections that send their head or their body a little every second, and calls beside them. */
  | { readonly kind: "slow-clients"; readonly slow: "head" | "body"; readonly connections: number }
  /** Calls that begin at one moment on one instance: waves of healthy ones, then one that meets the program. */
  | { readonly kind: "herd"; readonly calls: number; readonly waves: number }
  | LoadSpec;

/** Calls that begin at a fixed rate on one instance, whatever becomes of the earlier ones, through stages with a program each. */
export interface LoadSpec {
  readonly kind: "load";
  readonly stages: readonly LoadStage[];
  /** No call begins beyond so many under way, and none beyond so many in all. */
  readonly inFlightMax: number;
  readonly callsMax: number;
  /** The provider counts as left alone after this long without a request while at least five calls began and ended. */
  readonly cutOffMs: number;
  /** Calls beside these, on which nothing is done, through all stages. */
  readonly beside?: readonly BesideCalls[];
}

/** Calls beside a load, at a rate of their own. */
export interface BesideCalls {
  /** The scenario of the contract that they make; `null`: what the service is asked to know that it is ready. */
  readonly scenario: string | null;
  readonly ratePerSecond: number;
}

/** A part of a load: what is done to every request of the operation meanwhile, and when the part is over. */
export interface LoadStage {
  readonly name: "healthy" | "failing" | "open" | "probing" | "healed";
  readonly program: FaultProgram;
  readonly ratePerSecond: number;
  readonly maxMs: number;
  /** Ends it early: no request comes any more, one comes, or ten calls in a row have succeeded. */
  readonly until: "cut-off" | "arrival" | "restored" | null;
  /** Left out unless the part before it ended early. */
  readonly onlyIfSeen: boolean;
  /** Ends only when its calls have ended, so that the next part does not reach into it. */
  readonly drains: boolean;
}
