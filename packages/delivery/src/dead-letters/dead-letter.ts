import type { Envelope } from "../envelope.ts";
import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { redrivenOf } from "./redrive-header.ts";

/** Why a message was given up. */
export const deadReasons = [
  "failed",
  "crashed",
  "rejected",
  "invalid",
  "too-old",
  "gap",
  "no-consumer",
] as const;
export type DeadReason = (typeof deadReasons)[number];

/** One attempt that failed. */
export interface FailedAttempt {
  /** By the database's clock where it was at hand, in milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly error: string;
  readonly code?: string;
}

/** A message that is given up: with everything needed to see why, and to send it on its way again. */
export interface NewDeadLetter {
  /** A fresh UUID of the dead letter itself; the message keeps its own id. */
  readonly id: string;
  /** Where it was given up. */
  readonly origin: "relay" | "consumer";
  /** The consumer that gave it up; null for the relay. */
  readonly consumer: string | null;
  readonly envelope: Envelope;
  readonly reason: DeadReason;
  /** The last failure, with its stack where it has one. */
  readonly error: string;
  readonly history: readonly FailedAttempt[];
  /** How often the message was taken out of the dead letters before. What its header says counts as well: the larger one is kept. */
  readonly redrives: number;
}

/** Writes a dead letter. Run it in the transaction that takes the message from where it was, so that it is always in one place. */
export async function bury(tx: Tx, tables: Store["tables"], letter: NewDeadLetter): Promise<void> {
  const { envelope } = letter;
  const mark = (at: number): string => (tx.dialect === "postgres" ? `$${at}` : "?");
  const marks = Array.from({ length: 16 }, (_, at) => mark(at + 1)).join(", ");
  const key = tx.dialect === "mysql" ? "`key`" : "key";
  await tx.query(
    `insert into ${tables.of("dead_letter")} (id, origin, consumer, message_id, type, source, ${key}, seq, content_type, headers, body, message_ms, reason, error, history, redrives, dead_ms) values (${marks}, ${nowMs[tx.dialect]})`,
    [
      letter.id,
      letter.origin,
      letter.consumer,
      envelope.id,
      envelope.type,
      envelope.source,
      envelope.key,
      envelope.seq,
      envelope.contentType,
      JSON.stringify(envelope.headers),
      envelope.body,
      envelope.timeMs,
      letter.reason,
      letter.error,
      JSON.stringify(letter.history),
      Math.max(letter.redrives, redrivenOf(envelope.headers).redrives),
    ],
  );
}
