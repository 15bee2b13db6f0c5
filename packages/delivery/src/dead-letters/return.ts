import { park } from "../consume/parked.ts";
import { DeliveryError } from "../errors.ts";
import { appendRows } from "../outbox/append.ts";
import type { OutboxRow } from "../outbox/row.ts";
import { nowMs, textOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { binderOf } from "./filter.ts";
import type { DeadLetter } from "./read.ts";

/**
 * Puts letters back where they were given up: into the outbox, or among the messages that their consumer has parked, due now. The
 * message keeps its id and its number, the attempts begin anew.
 */
export async function returnLetters(
  tx: Tx,
  tables: Store["tables"],
  letters: readonly DeadLetter[],
): Promise<void> {
  const rows = letters.filter(({ origin }) => origin === "relay").map(outboxRowOf);
  if (rows.length > 0) {
    await refusePresent(tx, tables, rows);
    await appendRows(tx, tables, rows);
  }
  for (const letter of letters) {
    if (letter.consumer === null) {
      await keepTime(tx, tables, letter);
      continue;
    }
    const { consumer, envelope, history, redrives } = letter;
    if (await park(tx, tables, { consumer, envelope, history, redrives })) continue;
    throw new DeliveryError("STORE_FAILED", `${consumer} has message ${envelope.id} parked already.`, {
      remedy: "Let the parked one end first, then redrive or discard this letter.",
    });
  }
}

/** A message that its producer published again under the same id waits in the outbox already. */
async function refusePresent(tx: Tx, tables: Store["tables"], rows: readonly OutboxRow[]): Promise<void> {
  const binder = binderOf(tx.dialect);
  const marks = rows.map(({ id }) => binder.bind(id, "uuid"));
  const { rows: present } = await tx.query(
    `select id from ${tables.of("outbox")} where id in (${marks.join(", ")}) limit 1`,
    binder.params,
  );
  if (present[0] === undefined) return;
  throw new DeliveryError("STORE_FAILED", `Message ${textOf(present[0], "id")} is in the outbox already.`, {
    remedy: "Discard this letter: its message is on its way.",
  });
}

/**
 * The message keeps the time at which it was written: consumers judge by it whether they can still tell a duplicate. `due_ms` says from when it
 * has waited this time.
 */
async function keepTime(tx: Tx, tables: Store["tables"], { envelope }: DeadLetter): Promise<void> {
  const [time, id] = tx.dialect === "postgres" ? ["$1::bigint", "$2::uuid"] : ["?", "?"];
  await tx.query(
    `update ${tables.of("outbox")} set created_ms = ${time}, due_ms = ${nowMs[tx.dialect]} where id = ${id}`,
    [envelope.timeMs, envelope.id],
  );
}

function outboxRowOf({ envelope }: DeadLetter): OutboxRow {
  return {
    id: envelope.id,
    type: envelope.type,
    source: envelope.source,
    key: envelope.key,
    ordered: envelope.seq !== null,
    ...(envelope.seq === null ? {} : { seq: envelope.seq }),
    contentType: envelope.contentType,
    headers: envelope.headers,
    body: envelope.body,
    delayMs: 0,
  };
}
