import { DeliveryError } from "../errors.ts";
import type { Emit } from "../events.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { planOf } from "./definition.ts";
import type { ReplyIgnored } from "./events.ts";
import type { SagaRegistry, WaitingPlace } from "./registry.ts";
import { type SagaRow, stateOf } from "./rows.ts";
import { takesReply } from "./saga-state.ts";
import { lockSaga, run, stepsOf, writeStep } from "./statements.ts";

/** What became of a message: `taken`, or why it changed nothing. None of them is an error; the message is done with. */
export type Reply = "taken" | ReplyIgnored;

interface Delivering {
  readonly store: Store;
  readonly registry: SagaRegistry;
  readonly emit: Emit;
}

/**
 * Hands a message to the saga that waits for it, or will: the reply is kept in the consumer's transaction, and a worker goes on after
 * the commit. Throws SAGA_DEFINITION_UNKNOWN, for the message to be tried again where the definition is known. Of a reply and the end of its wait, the one that comes first to the saga's row wins.
 */
export async function deliverReply(
  tx: Tx,
  delivering: Delivering,
  type: string,
  data: unknown,
): Promise<Reply> {
  const { registry, emit } = delivering;
  const byId = new Map<string, WaitingPlace[]>();
  for (const place of registry.waitsFor(type)) {
    const id = place.wait.match(data);
    if (id !== null) byId.set(id, [...(byId.get(id) ?? []), place]);
  }
  let reply: Reply = "unknown-saga";
  for (const [id, places] of [...byId].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const one = await deliverTo(tx, delivering, id, places, data);
    if (one === "taken") reply = one;
    else {
      if (reply !== "taken") reply = one;
      emit({ type: "saga.reply-ignored", message: type, saga: id, reason: one });
    }
  }
  if (byId.size === 0)
    emit({ type: "saga.reply-ignored", message: type, saga: null, reason: "unknown-saga" });
  return reply;
}

async function deliverTo(
  tx: Tx,
  { store, registry }: Delivering,
  id: string,
  places: readonly WaitingPlace[],
  data: unknown,
): Promise<Reply> {
  const row = await lockSaga(tx, store.tables, id);
  if (row === null) return "unknown-saga";
  if (row.status === "completed" || row.status === "compensated") return "late";
  const definition = registry.get(row.definition);
  if (definition === undefined)
    throw new DeliveryError(
      "SAGA_DEFINITION_UNKNOWN",
      `A message came for the saga ${id}, whose definition was not given to this process.`,
    );
  const own = places.filter(({ hash }) => hash === row.definition);
  if (own.length === 0) return "unknown-saga";
  const rows = (await stepsOf(tx, store.tables, [id])).get(id) ?? [];
  const state = stateOf(row, rows, planOf(definition).length);
  const came = new Set(rows.filter(({ mark }) => mark === "replied").map(({ place }) => place));
  const open = own.find(({ place }) => !came.has(place) && takesReply(state, place));
  if (open === undefined) return own.some(({ place }) => came.has(place)) ? "duplicate" : "late";
  await writeStep(
    tx,
    store.tables,
    id,
    {
      place: open.place,
      name: definition.steps[open.place]?.name ?? "",
      mark: "replied",
      calls: 0,
      undoCalls: 0,
      failures: 0,
      undoFailures: 0,
      result: JSON.stringify(data) ?? null,
      error: null,
    },
    { fresh: true },
  );
  await wakeIfWaiting(tx, store, row, open.place);
  return "taken";
}

/** A saga that waits there is due at once; one that is not there yet finds the reply when it comes. */
async function wakeIfWaiting(tx: Tx, store: Store, row: SagaRow, place: number): Promise<void> {
  const waits = row.status === "waiting" || (row.status === "stuck" && row.during === "waiting");
  if (waits && row.place === place)
    await run(tx, `update ${store.tables.of("saga")} set due_ms = 0 where id = ?`, [row.id]);
}
