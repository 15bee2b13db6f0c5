import { traceHeaders } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import type { Lineage } from "../publisher.ts";
import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { planOf, type SagaDefinition } from "./definition.ts";
import { inputText, sameJson } from "./input.ts";
import type { SagaRegistry } from "./registry.ts";
import { sagaColumns, sagaRow } from "./rows.ts";
import { initialState } from "./saga-state.ts";
import { run } from "./statements.ts";

/** How a saga is started. */
export interface StartOptions {
  /** Names the saga, whatever its definition: an order's id, 1 to 255 characters. */
  readonly id: string;
  /** What its messages take over. Default: the saga's id as their correlation id. */
  readonly lineage?: Lineage;
}

/** What came of it. */
export interface Started {
  readonly id: string;
  /** False when it was there already, with the same definition and the same input. */
  readonly started: boolean;
}

/**
 * Starts a saga in the caller's transaction: one row, and a worker takes it up after the commit. The same id again is the same saga
 * when name and input are the same; otherwise it is SAGA_EXISTS.
 */
export async function startSaga<Given>(
  tx: Tx,
  { store, registry }: { readonly store: Store; readonly registry: SagaRegistry },
  definition: SagaDefinition<Given>,
  input: NoInfer<Given>,
  { id, lineage = {} }: StartOptions,
): Promise<Started> {
  check(tx, store, registry, definition, id);
  const text = await inputText(definition, input);
  const values = rowValues(definition, id, text, lineage);
  const now = nowMs[tx.dialect];
  const verb = tx.dialect === "mysql" ? "insert ignore" : "insert";
  const conflict = tx.dialect === "mysql" ? "" : " on conflict (id) do nothing";
  const { count } = await run(
    tx,
    `${verb} into ${store.tables.of("saga")} (id, name, definition, elements, input, lineage, status, place, due_ms, created_ms, changed_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ${now} + ${values.dueInMs}, ${now}, ${now})${conflict}`,
    values.row,
  );
  if (count === 0) await checkSame(tx, store, definition, id, text);
  crashPoint("saga:after-start");
  return { id, started: count > 0 };
}

function check(tx: Tx, store: Store, registry: SagaRegistry, definition: SagaDefinition, id: unknown): void {
  if (tx.dialect !== store.dialect)
    throw new DeliveryError(
      "TX_WRONG_DIALECT",
      `The saga's store is ${store.dialect}, the transaction ${tx.dialect}.`,
    );
  if (!registry.has(definition))
    throw new DeliveryError(
      "CONFIGURATION",
      `The saga ${definition.name} is not among the definitions that were given.`,
    );
  // A blank at the end is no difference to MariaDB and MySQL.
  const fine = typeof id === "string" && id.length <= 255 && id.isWellFormed() && !id.includes("\0");
  if (!fine || id.trim() !== id || id === "")
    throw new DeliveryError(
      "CONFIGURATION",
      "A saga's id is a text of 1 to 255 characters without blanks at its ends.",
    );
}

function rowValues(
  definition: SagaDefinition,
  id: string,
  text: string,
  { trace, baggage, correlationId, causationId }: Lineage,
): { readonly row: readonly (string | number)[]; readonly dueInMs: number } {
  const state = initialState(planOf(definition));
  const { name, hash, steps } = definition;
  const at = "at" in state ? state.at : 0;
  const lineage = {
    correlationId,
    causationId,
    baggage,
    ...(trace === undefined ? {} : traceHeaders(trace)),
  };
  const elements = steps.map((step) => [step.name, step.kind]);
  return {
    row: [id, name, hash, JSON.stringify(elements), text, JSON.stringify(lineage), state.status, at],
    dueInMs: state.status === "waiting" ? Math.ceil(steps[at]?.wait?.byMs ?? 0) : 0,
  };
}

async function checkSame(
  tx: Tx,
  store: Store,
  { name }: SagaDefinition,
  id: string,
  text: string,
): Promise<void> {
  // Shared, where a read must look past the transaction's own view: duplicates that all asked for the row alone would deadlock.
  const lock = tx.dialect === "mysql" ? " lock in share mode" : "";
  const { rows } = await run(
    tx,
    `select ${sagaColumns} from ${store.tables.of("saga")} where id = ?${lock}`,
    [id],
  );
  const row = rows[0] === undefined ? null : sagaRow(rows[0]);
  if (row !== null && row.name === name && sameJson(row.input, text)) return;
  throw new DeliveryError(
    "SAGA_EXISTS",
    row?.name === name
      ? `The saga ${id} was started with another input.`
      : `The id ${id} is taken by a saga of ${row?.name ?? "another name"}.`,
  );
}
