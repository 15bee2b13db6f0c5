import { DeliveryError } from "../errors.ts";
import { nowMs, numberOf, numberOrNull, textOf, textOrNull } from "../sql.ts";
import type { Session, Store } from "../store.ts";
import type { Row, SqlValue } from "../tx.ts";
import type { StepDefinition } from "./definition.ts";
import { type StepRow, stepColumns, stepRow } from "./rows.ts";
import type { Mark, SagaState } from "./saga-state.ts";
import { run } from "./statements.ts";

/** What a saga is called in lists. */
export interface SagaSummary {
  readonly id: string;
  readonly name: string;
  /** The definition that it began with. */
  readonly definition: string;
  readonly status: SagaState["status"];
  /** What a stuck one was doing. */
  readonly during: "running" | "waiting" | "compensating" | null;
  /** The element whose turn it is; null when it is over. */
  readonly step: string | null;
  /** Failures in a row of what is called there. */
  readonly failures: number;
  /** The last failure of what is called there. */
  readonly error: string | null;
  /** In how many milliseconds something happens to it; below 0 when it is overdue, null when nothing will. By the database's clock. */
  readonly dueInMs: number | null;
  /** Whether a worker has it. */
  readonly held: boolean;
  readonly createdMs: number;
  readonly changedMs: number;
  readonly endedMs: number | null;
}

/** What is known of one element. */
export interface SagaStepView extends Omit<StepRow, "place"> {
  readonly kind: StepDefinition["kind"];
  readonly mark: Mark;
  readonly startedMs: number | null;
  readonly changedMs: number | null;
}

/** All that is known of a saga. */
export interface SagaView extends SagaSummary {
  /** JSON. */
  readonly input: string;
  /** Every element, those that are still to come among them. */
  readonly steps: readonly SagaStepView[];
}

/** Which sagas to list. */
export interface SagaFilter {
  readonly status?: SagaState["status"] | readonly SagaState["status"][];
  readonly name?: string;
  /** Changed since, in milliseconds since 1970 UTC by the database's clock. */
  readonly sinceMs?: number;
  /** Changed within the last so many milliseconds, by the database's clock. */
  readonly changedWithinMs?: number;
  /** Of definitions with none of these hashes. */
  readonly definitionNotIn?: readonly string[];
}

const columns = (now: string): string =>
  `id, name, definition, elements, status, during, place, failures, error, due_ms - ${now} as due_in_ms, case when locked_until_ms > ${now} then 1 else 0 end as held, created_ms, changed_ms, ended_ms`;

const pageRows = 100;

/** Lists sagas, those that were created last first, page by page. */
export async function* listSagas(store: Store, filter: SagaFilter = {}): AsyncGenerator<SagaSummary> {
  for (let after: SagaSummary | null = null; ; ) {
    const page = await pageOf(store, filter, after);
    yield* page;
    const last = page.at(-1);
    if (page.length < pageRows || last === undefined) return;
    after = last;
  }
}

async function pageOf(
  store: Store,
  filter: SagaFilter,
  after: SagaSummary | null,
): Promise<readonly SagaSummary[]> {
  const { where, values } = conditions(filter, after, nowMs[store.dialect]);
  return onSession(store, async (session) => {
    const { rows } = await run(
      session,
      `select ${columns(nowMs[store.dialect])} from ${store.tables.of("saga")}${where} order by created_ms desc, id desc limit ${pageRows}`,
      values,
    );
    return rows.map(summaryOf);
  });
}

function conditions(
  { status = [], name, sinceMs, changedWithinMs, definitionNotIn = [] }: SagaFilter,
  after: SagaSummary | null,
  now: string,
): { readonly where: string; readonly values: readonly SqlValue[] } {
  const all: (readonly [string, readonly SqlValue[]])[] = [];
  const statuses = typeof status === "string" ? [status] : status;
  if (statuses.length > 0) all.push([`status in (${statuses.map(() => "?").join(", ")})`, statuses]);
  if (name !== undefined) all.push(["name = ?", [name]]);
  if (sinceMs !== undefined) all.push(["changed_ms >= ?", [Math.floor(sinceMs)]]);
  if (changedWithinMs !== undefined) all.push([`changed_ms >= ${now} - ?`, [Math.ceil(changedWithinMs)]]);
  if (definitionNotIn.length > 0)
    all.push([`definition not in (${definitionNotIn.map(() => "?").join(", ")})`, definitionNotIn]);
  if (after !== null)
    all.push([
      "(created_ms < ? or (created_ms = ? and id < ?))",
      [after.createdMs, after.createdMs, after.id],
    ]);
  return {
    where: all.length === 0 ? "" : ` where ${all.map(([text]) => text).join(" and ")}`,
    values: all.flatMap(([, values]) => values),
  };
}

/** All that is known of a saga; throws SAGA_UNKNOWN where there is none of that id. */
export async function showSaga(store: Store, id: string): Promise<SagaView> {
  return onSession(store, async (session) => {
    const { rows } = await run(
      session,
      `select ${columns(nowMs[store.dialect])}, input from ${store.tables.of("saga")} where id = ?`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) throw new DeliveryError("SAGA_UNKNOWN", `There is no saga ${id}.`);
    const steps = await run(
      session,
      `select ${stepColumns}, started_ms, changed_ms from ${store.tables.of("saga_step")} where saga_id = ?`,
      [id],
    );
    return { ...summaryOf(row), input: textOf(row, "input"), steps: stepViews(row, steps.rows) };
  });
}

async function onSession<T>(store: Store, read: (session: Session) => Promise<T>): Promise<T> {
  const session = await store.connect({ purpose: "holdfast sagas" });
  try {
    return await read(session);
  } finally {
    await session.close();
  }
}

function elementsOf(row: Row): readonly (readonly [string, StepDefinition["kind"]])[] {
  return JSON.parse(textOf(row, "elements"));
}

function summaryOf(row: Row): SagaSummary {
  const endedMs = numberOrNull(row, "ended_ms");
  return {
    id: textOf(row, "id"),
    name: textOf(row, "name"),
    definition: textOf(row, "definition"),
    status: textOf(row, "status") as SagaSummary["status"],
    during: textOrNull(row, "during") as SagaSummary["during"],
    step: endedMs === null ? (elementsOf(row)[numberOf(row, "place")]?.[0] ?? null) : null,
    failures: numberOf(row, "failures"),
    error: textOrNull(row, "error"),
    dueInMs: numberOrNull(row, "due_in_ms"),
    held: numberOf(row, "held") === 1,
    createdMs: numberOf(row, "created_ms"),
    changedMs: numberOf(row, "changed_ms"),
    endedMs,
  };
}

function stepViews(row: Row, rows: readonly Row[]): readonly SagaStepView[] {
  return elementsOf(row).map(([name, kind], place) => {
    const found = rows.find((step) => numberOf(step, "place") === place);
    if (found === undefined)
      return {
        name,
        kind,
        mark: "untouched",
        calls: 0,
        undoCalls: 0,
        failures: 0,
        undoFailures: 0,
        result: null,
        error: null,
        startedMs: null,
        changedMs: null,
      };
    const { place: _place, ...known } = stepRow(found);
    return {
      ...known,
      kind,
      startedMs: numberOf(found, "started_ms"),
      changedMs: numberOf(found, "changed_ms"),
    };
  });
}
