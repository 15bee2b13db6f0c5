import { numberOf, textOf, textOrNull } from "../sql.ts";
import type { Row } from "../tx.ts";
import type { Mark, SagaState } from "./saga-state.ts";

/** What is kept of one element. */
export interface StepRow {
  readonly place: number;
  readonly name: string;
  readonly mark: Mark;
  readonly calls: number;
  readonly undoCalls: number;
  /** Of `do`, in all. */
  readonly failures: number;
  readonly undoFailures: number;
  /** JSON; null for none. */
  readonly result: string | null;
  /** The last failure. */
  readonly error: string | null;
}

/** What is kept of a saga. */
export interface SagaRow {
  readonly id: string;
  readonly name: string;
  readonly definition: string;
  readonly input: string;
  readonly lineage: string;
  readonly status: SagaState["status"];
  readonly during: "running" | "waiting" | "compensating" | null;
  readonly place: number;
  readonly failures: number;
  readonly calling: boolean;
  /** The last failure of what is called there. */
  readonly error: string | null;
  readonly lease: number;
  readonly version: number;
}

/** The columns that `sagaRow` reads. */
export const sagaColumns =
  "id, name, definition, input, lineage, status, during, place, failures, calling, error, lease, version";

/** The columns that `stepRow` reads. */
export const stepColumns =
  "saga_id, place, name, mark, calls, undo_calls, failures, undo_failures, result, error";

/** A row of the saga's table. */
export function sagaRow(row: Row): SagaRow {
  return {
    id: textOf(row, "id"),
    name: textOf(row, "name"),
    definition: textOf(row, "definition"),
    input: textOf(row, "input"),
    lineage: textOf(row, "lineage"),
    status: textOf(row, "status") as SagaRow["status"],
    during: textOrNull(row, "during") as SagaRow["during"],
    place: numberOf(row, "place"),
    failures: numberOf(row, "failures"),
    calling: numberOf(row, "calling") === 1,
    error: textOrNull(row, "error"),
    lease: numberOf(row, "lease"),
    version: numberOf(row, "version"),
  };
}

/** A row of the steps' table. */
export function stepRow(row: Row): StepRow {
  return {
    place: numberOf(row, "place"),
    name: textOf(row, "name"),
    mark: textOf(row, "mark") as Mark,
    calls: numberOf(row, "calls"),
    undoCalls: numberOf(row, "undo_calls"),
    failures: numberOf(row, "failures"),
    undoFailures: numberOf(row, "undo_failures"),
    result: textOrNull(row, "result"),
    error: textOrNull(row, "error"),
  };
}

/** The state that a row and its steps stand for. A message that came and was not taken up yet is left to whoever goes on with it. */
export function stateOf(row: SagaRow, rows: readonly StepRow[], elements: number): SagaState {
  const { status, during, place: at, failures, calling } = row;
  const marks = Array.from({ length: elements }, (_, place): Mark => {
    const mark = rows.find((step) => step.place === place)?.mark ?? "untouched";
    return mark === "replied" && place >= at && status !== "completed" ? "untouched" : mark;
  });
  switch (status) {
    case "running":
    case "compensating":
      return { status, at, failures, calling, marks };
    case "waiting":
      return { status, at, marks };
    case "stuck":
      return during === "waiting"
        ? { status, during, at, marks }
        : { status, during: during ?? "running", at, failures, calling, marks };
    case "completed":
    case "compensated":
      return { status, marks };
  }
}
