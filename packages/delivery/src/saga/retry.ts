import { DeliveryError } from "../errors.ts";
import { nowMs, numberOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { planOf, type SagaDefinition } from "./definition.ts";
import type { SagaRegistry } from "./registry.ts";
import { type SagaRow, stateOf } from "./rows.ts";
import { isCalling, nextState } from "./saga-state.ts";
import { changeSaga, lockSaga, run, stepsOf } from "./statements.ts";

/** What an operator's retry did: `resumed`, or why there was nothing to do. */
export type Retried = "resumed" | "held" | "over" | "waiting";

interface Retrying {
  readonly store: Store;
  readonly registry: SagaRegistry;
}

/**
 * Has a saga tried again at once: what is stuck counts its failures anew, and a wait whose time was over waits anew. One that a worker
 * holds is being tried already. Throws SAGA_UNKNOWN.
 */
export async function retrySaga(retrying: Retrying, id: string): Promise<Retried> {
  const { tables } = retrying.store;
  return retrying.store.transaction(async (tx): Promise<Retried> => {
    const row = await lockSaga(tx, tables, id);
    if (row === null) throw new DeliveryError("SAGA_UNKNOWN", `There is no saga ${id}.`);
    if (row.status === "completed" || row.status === "compensated") return "over";
    if (row.status === "waiting") return "waiting";
    const { rows } = await run(
      tx,
      `select case when locked_until_ms > ${nowMs[tx.dialect]} then 1 else 0 end as held from ${tables.of("saga")} where id = ?`,
      [id],
    );
    if (numberOf(rows[0] ?? {}, "held") === 1) return "held";
    await resume(tx, retrying, row);
    return "resumed";
  });
}

async function resume(tx: Tx, { store, registry }: Retrying, row: SagaRow): Promise<void> {
  const rows = (await stepsOf(tx, store.tables, [row.id])).get(row.id) ?? [];
  const definition = registry.get(row.definition);
  const plan = definition === undefined ? [] : planOf(definition);
  const state = nextState(plan, stateOf(row, rows, Math.max(plan.length, row.place + 1)), {
    type: "resumed",
  });
  await changeSaga(tx, store.tables, row, {
    state,
    error: row.error,
    dueInMs: isCalling(state) ? 0 : waitMsOf(row, definition),
    leaseMs: 0,
  });
}

/** How long a wait waits anew. What calls needs no definition to be tried again: whoever has it takes it up. */
function waitMsOf(row: SagaRow, definition: SagaDefinition | undefined): number {
  if (definition !== undefined) return definition.steps[row.place]?.wait?.byMs ?? 0;
  throw new DeliveryError(
    "SAGA_DEFINITION_UNKNOWN",
    `How long the saga ${row.id} waits is in its definition, which was not given here.`,
  );
}
