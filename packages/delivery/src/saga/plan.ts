/** What becomes of a wait whose time is over: `branch` runs a step of its own in the reply's place. */
export type Otherwise = "escalate" | "compensate" | "continue" | "branch";

/** One element of a saga as the state machine sees it: no functions, no times. */
export interface StepPlan {
  readonly kind: "step" | "pivot" | "wait" | "pause";
  /** Whether going back runs something for it. */
  readonly undoable: boolean;
  /** Failures until it is given up; Infinity where it is never. */
  readonly attemptsMax: number;
  /** Failures until a call that is never given up counts as stuck. */
  readonly stuckAfter: number;
  /** For waits alone. */
  readonly otherwise: Otherwise | null;
}

/** A saga's elements in order. */
export type SagaPlan = readonly StepPlan[];

/**
 * Whether the saga may still go back when it stands at an element: up to the pivot, and everywhere in a saga without one. What comes
 * after the pivot only goes forward.
 */
export function mayGoBack(plan: SagaPlan, at: number): boolean {
  const pivot = plan.findIndex(({ kind }) => kind === "pivot");
  return pivot === -1 || at <= pivot;
}

/** Whether the saga waits there for a message or for a time. */
export function isWaitingPlace({ kind }: StepPlan): boolean {
  return kind === "wait" || kind === "pause";
}
