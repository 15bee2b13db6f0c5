import type { Envelope } from "../envelope.ts";
import { DeliveryError } from "../errors.ts";
import { nowMs, numberOf, numberOrNull } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { forUpdate, keyColumn, marker } from "./dialect.ts";
import { lookUp } from "./inbox.ts";
import { parkedStates } from "./parked.ts";
import { judgeSequence, type SequenceVerdict, type Watermark } from "./sequence.ts";

/** A consumer's place among the messages of one key. */
export interface Place {
  readonly consumer: string;
  readonly source: string;
  readonly type: string;
  readonly key: string;
}

/** A message with its place. Throws MESSAGE_INVALID for one that carries no key or no number. */
export function placeOf(consumer: string, envelope: Envelope): Place & { readonly seq: number } {
  const { source, type, key, seq } = envelope;
  if (key !== null && seq !== null) return { consumer, source, type, key, seq };
  throw new DeliveryError(
    "MESSAGE_INVALID",
    `The ${type} ${envelope.id} carries no ${key === null ? "key" : "sequence number"}, and ${consumer} goes by it.`,
    { remedy: "Let its producer send it as an ordered message, or consume it with a dedupe window." },
  );
}

/**
 * Takes the watermark of a message's key, so that no other transaction decides about it until this one ends, and raises it where the
 * message is the next one.
 */
export async function enterSequence(
  tx: Tx,
  tables: Store["tables"],
  place: Place & { readonly seq: number },
  message: { readonly id: string; readonly redriven: boolean; readonly beginAt: "one" | "first-arrival" },
): Promise<{
  readonly verdict: SequenceVerdict;
  readonly last: number;
  readonly known: "done" | "dead" | null;
}> {
  const { seq } = place;
  // The common case is one statement. What the inbox says is read only then, when the row is held.
  const raised = await raise(tx, tables, place, seq, "exactly the next");
  const watermark = raised
    ? { first: 1, last: seq - 1 }
    : await holdWatermark(tx, tables, place, message.beginAt === "one" ? 1 : seq);
  const known = await lookUp(tx, tables, { consumer: place.consumer, id: message.id });
  const verdict = judgeSequence(watermark, { seq, redriven: message.redriven, known });
  if (raised && verdict !== "apply") await lower(tx, tables, place, seq);
  if (!raised && verdict === "apply") await raise(tx, tables, place, seq, "exactly the next");
  return { verdict, last: watermark.last, known };
}

/** Takes the watermark of a key for this transaction; where there is none, the key begins at `first`. */
export async function holdWatermark(
  tx: Tx,
  tables: Store["tables"],
  place: Place,
  first: number,
): Promise<Watermark> {
  const held = await selectForUpdate(tx, tables, place);
  if (held !== null) return held;
  const mark = marker(tx.dialect);
  const { consumer, source, type, key } = place;
  await tx.query(
    `insert${tx.dialect === "mysql" ? " ignore" : ""} into ${tables.of("watermark")} (consumer, source, type, ${keyColumn(tx.dialect)}, first_seq, last_seq) values (${mark()}, ${mark()}, ${mark()}, ${mark()}, ${mark()}, ${mark()})${tx.dialect === "mysql" ? "" : " on conflict do nothing"}`,
    [consumer, source, type, key, first, first - 1],
  );
  const made = await selectForUpdate(tx, tables, place);
  if (made !== null) return made;
  throw new DeliveryError("STORE_CONFLICT", `The watermark of ${consumer} for ${type} went as it was made.`);
}

async function selectForUpdate(tx: Tx, tables: Store["tables"], place: Place): Promise<Watermark | null> {
  const { rows } = await tx.query(
    `select first_seq, last_seq from ${tables.of("watermark")} where ${atPlace(tx, marker(tx.dialect))}${forUpdate(tx.dialect)}`,
    [place.consumer, place.source, place.type, place.key],
  );
  const [row] = rows;
  return row === undefined ? null : { first: numberOf(row, "first_seq"), last: numberOf(row, "last_seq") };
}

/** Raises a watermark to `seq`: where it stands exactly before it, or wherever below it stands. Resolves to whether it did. */
export async function raise(
  tx: Tx,
  tables: Store["tables"],
  place: Place,
  seq: number,
  from: "exactly the next" | "anywhere below",
): Promise<boolean> {
  const mark = marker(tx.dialect);
  const { count } = await tx.query(
    `update ${tables.of("watermark")} set last_seq = ${mark()} where ${atPlace(tx, mark)} and last_seq ${from === "anywhere below" ? "<" : "= -1 +"} ${mark()}`,
    [seq, place.consumer, place.source, place.type, place.key, seq],
  );
  return count > 0;
}

async function lower(tx: Tx, tables: Store["tables"], place: Place, seq: number): Promise<void> {
  const mark = marker(tx.dialect);
  await tx.query(`update ${tables.of("watermark")} set last_seq = ${mark()} where ${atPlace(tx, mark)}`, [
    seq - 1,
    place.consumer,
    place.source,
    place.type,
    place.key,
  ]);
}

/** Makes the message that waits for this place due now. Run it while the watermark is held. Resolves to whether one waits. */
export async function wake(tx: Tx, tables: Store["tables"], place: Place, seq: number): Promise<boolean> {
  const mark = marker(tx.dialect);
  const { count } = await tx.query(
    `update ${tables.of("parked")} set due_ms = ${nowMs[tx.dialect]} where ${atPlace(tx, mark)} and seq = ${mark()} and state = ${parkedStates.gap}`,
    [place.consumer, place.source, place.type, place.key, seq],
  );
  return count > 0;
}

/** The lowest number that waits at a place, or null. */
export async function lowestWaiting(tx: Tx, tables: Store["tables"], place: Place): Promise<number | null> {
  const { rows } = await tx.query(
    `select min(seq) as lowest from ${tables.of("parked")} where ${atPlace(tx, marker(tx.dialect))} and state = ${parkedStates.gap}`,
    [place.consumer, place.source, place.type, place.key],
  );
  return rows[0] === undefined ? null : numberOrNull(rows[0], "lowest");
}

function atPlace(tx: Tx, mark: () => string): string {
  return `consumer = ${mark()} and source = ${mark()} and type = ${mark()} and ${keyColumn(tx.dialect)} = ${mark()}`;
}
