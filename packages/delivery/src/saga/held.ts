import { nextWait, type Random } from "@holdfast/core";
import { planOf, type SagaData, type SagaDefinition, type StepDefinition } from "./definition.ts";
import type { SagaPlan } from "./plan.ts";
import { type SagaRow, type StepRow, stateOf } from "./rows.ts";
import {
  directionOf,
  type Happening,
  isCalling,
  type Mark,
  nextState,
  type SagaState,
} from "./saga-state.ts";

/** A saga in a worker's hands: a value; what happens to it makes another one. */
export interface HeldSaga {
  readonly id: string;
  readonly definition: SagaDefinition;
  readonly plan: SagaPlan;
  readonly row: SagaRow;
  readonly state: SagaState;
  /** What is known of the elements that were touched. */
  readonly steps: ReadonlyMap<number, StepRow>;
  /** The last failure of what is called now. */
  readonly error: string | null;
}

/** A saga as its rows say. */
export function heldSaga(row: SagaRow, rows: readonly StepRow[], definition: SagaDefinition): HeldSaga {
  const plan = planOf(definition);
  return {
    id: row.id,
    definition,
    plan,
    row,
    state: stateOf(row, rows, plan.length),
    steps: new Map(rows.map((step) => [step.place, step])),
    error: row.error,
  };
}

/** What is known of an event beyond its kind. */
export interface Facts {
  /** The result of `do`, as JSON. */
  readonly result?: string | null;
  readonly error?: string;
}

/** The saga after something happened to it, with what its steps' rows are to say. */
export function afterwards(held: HeldSaga, event: Happening, facts: Facts = {}): HeldSaga {
  const state = nextState(held.plan, held.state, event);
  if (state === held.state) return held;
  const steps = new Map(held.steps);
  for (const [place, mark] of state.marks.entries())
    if (mark !== held.state.marks[place]) steps.set(place, { ...rowAt(held, place), mark });
  if (isCalling(held.state)) {
    const { at } = held.state;
    const row = steps.get(at) ?? rowAt(held, at);
    steps.set(at, counted(row, directionOf(held.state), event, facts));
  }
  const error = event.type === "succeeded" ? null : (facts.error ?? held.error);
  return { ...held, state, steps, error };
}

/** Takes up messages that came in the meantime. */
export function withReplies(held: HeldSaga, rows: readonly StepRow[]): HeldSaga {
  let now = held;
  for (const row of rows) {
    const state = nextState(now.plan, now.state, { type: "replied", at: row.place });
    if (state !== now.state) now = { ...now, state, steps: new Map(now.steps).set(row.place, row) };
  }
  return now;
}

function rowAt(held: HeldSaga, place: number): StepRow {
  return (
    held.steps.get(place) ?? {
      place,
      name: stepAt(held, place).name,
      mark: "untouched" as Mark,
      calls: 0,
      undoCalls: 0,
      failures: 0,
      undoFailures: 0,
      result: null,
      error: null,
    }
  );
}

function counted(row: StepRow, direction: "do" | "undo", event: Happening, facts: Facts): StepRow {
  const doing = direction === "do";
  switch (event.type) {
    case "called":
      return doing ? { ...row, calls: row.calls + 1 } : { ...row, undoCalls: row.undoCalls + 1 };
    case "succeeded":
      // An undo that went well leaves the failure that made it necessary.
      return doing ? { ...row, result: facts.result ?? null, error: null } : row;
    case "failed":
    case "crashed": {
      const error = facts.error ?? row.error;
      return doing
        ? { ...row, failures: row.failures + 1, error }
        : { ...row, undoFailures: row.undoFailures + 1, error };
    }
    default:
      return row;
  }
}

/** The element at a place. */
export function stepAt({ definition }: Pick<HeldSaga, "definition">, place: number): StepDefinition {
  return definition.steps[place] as StepDefinition;
}

/** Input and results as an element sees them: of what stands before it, and came to an end. */
export function dataFor(held: HeldSaga, input: object, place: number): SagaData {
  const data: Record<string, unknown> = { ...input };
  for (const [at, row] of held.steps)
    if (at < place && row.result !== null && (row.mark === "done" || row.mark === "replied"))
      data[row.name] = JSON.parse(row.result);
  return Object.freeze(data);
}

/** When a worker has something to do with it again, from now; null for never, 0 for at once. */
export function dueInMs(held: HeldSaga, slowRetryMs: number, random: Random): number | null {
  const { state } = held;
  if (state.status === "waiting") return stepAt(held, state.at).wait?.byMs ?? 0;
  if (!isCalling(state)) return null;
  if (state.status === "stuck") return slowRetryMs * random.between(0.8, 1.2);
  if (state.failures === 0) return 0;
  const backoff = stepAt(held, state.at).work?.retry.backoff;
  return backoff === undefined ? 0 : nextWait(backoff, state.failures - 1, null, random).waitMs;
}
