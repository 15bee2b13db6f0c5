import { invariant } from "@holdfast/core";
import { isWaitingPlace, mayGoBack, type SagaPlan, type StepPlan } from "./plan.ts";

/**
 * What is known of an element. `started`: called, and whether it happened is open until it is `done`. `replied`: its message came.
 * `expired`: its time was over and the saga went on. `rejected`: it certainly did not happen.
 */
export const marks = ["untouched", "started", "done", "replied", "expired", "rejected", "undone"] as const;
export type Mark = (typeof marks)[number];

interface Marked {
  readonly marks: readonly Mark[];
}

/** Where a saga stands that calls something. */
interface Calling extends Marked {
  /** The element whose turn it is. */
  readonly at: number;
  /** Failures in a row of what is called there. */
  readonly failures: number;
  /** Whether a call was begun whose end is not known. */
  readonly calling: boolean;
}

/** The state of a saga. `stuck` is what needs an operator's eye; calls are still tried again, slowly. */
export type SagaState =
  | ({ readonly status: "running" } & Calling)
  | ({ readonly status: "waiting"; readonly at: number } & Marked)
  | ({ readonly status: "compensating" } & Calling)
  | ({ readonly status: "stuck"; readonly during: "running" | "compensating" } & Calling)
  | ({ readonly status: "stuck"; readonly during: "waiting"; readonly at: number } & Marked)
  | ({ readonly status: "completed" } & Marked)
  | ({ readonly status: "compensated" } & Marked);

/** What `status` can be, in the order of a saga's life. */
export const sagaStatuses: readonly [
  "running",
  "waiting",
  "compensating",
  "stuck",
  "completed",
  "compensated",
] = ["running", "waiting", "compensating", "stuck", "completed", "compensated"];

/** What happens to a saga. */
export type Happening =
  /** `do` or `undo` is about to be called; this is kept before it is. */
  | { readonly type: "called" }
  | { readonly type: "succeeded" }
  /** `permanent`: it certainly did not happen, and trying again is no use. Otherwise nobody knows whether it happened. */
  | { readonly type: "failed"; readonly permanent: boolean }
  /** A call had been begun, and its worker is gone. */
  | { readonly type: "crashed" }
  /** The worker ends and gives the saga back; no fault of the step. */
  | { readonly type: "interrupted" }
  /** The message of the wait at this place came. */
  | { readonly type: "replied"; readonly at: number }
  /** The time of the wait at this place is over. */
  | { readonly type: "expired"; readonly at: number }
  /** An operator says that the cause is mended. */
  | { readonly type: "resumed" };

/** The state in which a saga begins. */
export function initialState(plan: SagaPlan): SagaState {
  return forward(
    plan,
    plan.map((): Mark => "untouched"),
    0,
  );
}

/** The state after an event. An event that has no say in a state leaves it as it is: the very same value. */
export function nextState(plan: SagaPlan, state: SagaState, event: Happening): SagaState {
  switch (event.type) {
    case "replied":
      return replied(plan, state, event.at);
    case "expired":
      return state.status === "waiting" && state.at === event.at
        ? expired(plan, state.marks, state.at)
        : state;
    case "resumed":
      return resumed(state);
    default:
      return isCalling(state) ? afterCall(plan, state, event) : state;
  }
}

type CallingState = Extract<SagaState, { calling: boolean }>;
type CallEvent = Extract<Happening, { type: "called" | "succeeded" | "failed" | "crashed" | "interrupted" }>;

/** Whether it is in a state that calls `do` or `undo`. */
export function isCalling(state: SagaState): state is CallingState {
  return "calling" in state;
}

/** What a calling state calls. */
export function directionOf(state: CallingState): "do" | "undo" {
  return state.status === "compensating" || (state.status === "stuck" && state.during === "compensating")
    ? "undo"
    : "do";
}

/** Whether it goes back, or has gone. */
export function isGoingBack(state: SagaState): boolean {
  return state.status === "compensated" || (isCalling(state) && directionOf(state) === "undo");
}

/** Whether nothing will happen to it any more. */
export function isOver(state: SagaState): boolean {
  return state.status === "completed" || state.status === "compensated";
}

function afterCall(plan: SagaPlan, state: CallingState, event: CallEvent): SagaState {
  if (event.type === "called") {
    if (state.calling) return state;
    const called = directionOf(state) === "do" ? marked(state.marks, state.at, "started") : state.marks;
    return { ...state, calling: true, marks: called };
  }
  if (!state.calling) return state;
  if (event.type === "interrupted") return { ...state, calling: false };
  const undoing = directionOf(state) === "undo";
  if (event.type === "succeeded")
    return undoing
      ? backward(plan, marked(state.marks, state.at, "undone"), state.at - 1)
      : forward(plan, marked(state.marks, state.at, "done"), state.at + 1);
  const permanent = event.type === "failed" && event.permanent;
  return undoing ? undoFailed(plan, state) : doFailed(plan, state, permanent);
}

function undoFailed(plan: SagaPlan, { at, marks, failures }: CallingState): SagaState {
  const counted = { at, marks, failures: failures + 1, calling: false };
  return counted.failures >= stepAt(plan, at).stuckAfter
    ? { status: "stuck", during: "compensating", ...counted }
    : { status: "compensating", ...counted };
}

function doFailed(plan: SagaPlan, state: CallingState, permanent: boolean): SagaState {
  const { at, marks, failures } = state;
  const step = stepAt(plan, at);
  const counted = { at, marks, failures: failures + 1, calling: false };
  if (mayGoBack(plan, at)) {
    if (step.kind === "pivot") {
      // A pivot of which nobody knows whether it happened is asked until it is known: there is no undo for it.
      if (permanent) return backward(plan, marked(marks, at, "rejected"), at - 1);
    } else if (permanent || counted.failures >= step.attemptsMax) return backward(plan, marks, at);
  }
  // What is tried for ever counts as stuck from then on until it goes well or somebody says that it is mended.
  const forever = step.attemptsMax === Number.POSITIVE_INFINITY;
  const stuck = state.status === "stuck" || permanent || (forever && counted.failures >= step.stuckAfter);
  return stuck ? { status: "stuck", during: "running", ...counted } : { status: "running", ...counted };
}

/** Goes on at the first element from `at` that is still to do; a wait whose message came early is none. */
function forward(plan: SagaPlan, marks: readonly Mark[], at: number): SagaState {
  for (let next = at; next < plan.length; next++) {
    if (marks[next] === "replied") continue;
    return isWaitingPlace(stepAt(plan, next))
      ? { status: "waiting", at: next, marks }
      : { status: "running", at: next, failures: 0, calling: false, marks };
  }
  return { status: "completed", marks };
}

/** Goes back to the last element up to `at` that was started, done or not, and that has something to undo. */
function backward(plan: SagaPlan, marks: readonly Mark[], at: number): SagaState {
  for (let next = at; next >= 0; next--) {
    const touched = marks[next] === "started" || marks[next] === "done";
    if (touched && stepAt(plan, next).undoable)
      return { status: "compensating", at: next, failures: 0, calling: false, marks };
  }
  return { status: "compensated", marks };
}

function expired(plan: SagaPlan, marks: readonly Mark[], at: number): SagaState {
  const { kind, otherwise } = stepAt(plan, at);
  if (kind === "pause" || otherwise === "continue")
    return forward(plan, marked(marks, at, "expired"), at + 1);
  if (otherwise === "branch") return { status: "running", at, failures: 0, calling: false, marks };
  if (otherwise === "compensate" && mayGoBack(plan, at))
    return backward(plan, marked(marks, at, "expired"), at);
  return { status: "stuck", during: "waiting", at, marks };
}

/** Whether a message that came for the wait at a place is still of use. */
export function takesReply(state: SagaState, at: number): boolean {
  if (state.marks[at] !== "untouched") return false;
  if (isOver(state) || !("at" in state)) return false;
  if (state.status === "waiting" || (state.status === "stuck" && state.during === "waiting"))
    return at >= state.at;
  // Where the wait's own branch runs, its time was over.
  return isCalling(state) && directionOf(state) === "do" && at > state.at;
}

function replied(plan: SagaPlan, state: SagaState, at: number): SagaState {
  if (plan[at]?.kind !== "wait" || !takesReply(state, at)) return state;
  const known = marked(state.marks, at, "replied");
  const waits = !isCalling(state) && "at" in state && state.at === at;
  return waits ? forward(plan, known, at + 1) : { ...state, marks: known };
}

function resumed(state: SagaState): SagaState {
  if (state.status !== "stuck") return state;
  const { at, marks } = state;
  if (state.during === "waiting") return { status: "waiting", at, marks };
  return { status: state.during, at, marks, failures: 0, calling: state.calling };
}

function marked(marks: readonly Mark[], at: number, mark: Mark): readonly Mark[] {
  return marks.map((old, place) => (place === at ? mark : old));
}

function stepAt(plan: SagaPlan, at: number): StepPlan {
  const step = plan[at];
  invariant(step !== undefined, `a saga has no element ${at}`);
  return step;
}
