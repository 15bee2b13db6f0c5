import type { FailedAttempt } from "../dead-letters/dead-letter.ts";
import type { Envelope } from "../envelope.ts";
import { bytesOf, nowMs, numberOf, numberOrNull, textOf, textOrNull } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Row, Tx } from "../tx.ts";
import { keyColumn, marker } from "./dialect.ts";

/** What a parked message waits for: the time it is due, or the message before it. */
export const parkedStates = { due: 0, gap: 1 } as const;

/** A message to park. What is left out is that of a message nobody has tried yet. */
export interface NewParked {
  readonly consumer: string;
  readonly envelope: Envelope;
  /** How long from now, by the database's clock, until it is tried. Default: 0, at once. */
  readonly waitMs?: number;
  readonly state?: keyof typeof parkedStates;
  /** Attempts begun, and those that reported a failure. Default: 0. */
  readonly started?: number;
  readonly failed?: number;
  readonly history?: readonly FailedAttempt[];
  /** How often it came back out of the dead letters. Default: 0. */
  readonly redrives?: number;
  /** Parked under a lease of this length, that is already being worked on. Default: 0, free. */
  readonly leaseMs?: number;
}

/**
 * Parks a message for a consumer, in the transaction that takes it from where it was. Resolves to whether it was parked: false when this
 * consumer has it parked already.
 */
export async function park(tx: Tx, tables: Store["tables"], row: NewParked): Promise<boolean> {
  const { envelope } = row;
  const mark = marker(tx.dialect);
  const now = nowMs[tx.dialect];
  const marks = Array.from({ length: 10 }, mark).join(", ");
  const leaseMs = Math.round(row.leaseMs ?? 0);
  const { count } = await tx.query(
    `insert${tx.dialect === "mysql" ? " ignore" : ""} into ${tables.of("parked")} (consumer, message_id, type, source, ${keyColumn(tx.dialect)}, seq, content_type, headers, body, message_ms, state, parked_ms, due_ms, lease, locked_until_ms, started, failed, history, redrives) values (${marks}, ${mark()}, ${now}, ${now} + ${mark()}, ${leaseMs > 0 ? 1 : 0}, ${leaseMs > 0 ? `${now} + ${leaseMs}` : "0"}, ${mark()}, ${mark()}, ${mark()}, ${mark()})${tx.dialect === "mysql" ? "" : " on conflict do nothing"}`,
    [
      row.consumer,
      envelope.id,
      envelope.type,
      envelope.source,
      envelope.key,
      envelope.seq,
      envelope.contentType,
      JSON.stringify(envelope.headers),
      envelope.body,
      envelope.timeMs,
      parkedStates[row.state ?? "due"],
      Math.round(row.waitMs ?? 0),
      row.started ?? 0,
      row.failed ?? 0,
      JSON.stringify(row.history ?? []),
      row.redrives ?? 0,
    ],
  );
  return count > 0;
}

/** A parked message that a worker holds under a lease. */
export interface Parked {
  readonly envelope: Envelope;
  readonly state: keyof typeof parkedStates;
  /** The fencing token: whoever claims the row next raises it. */
  readonly lease: number;
  /** How long it had been parked when it was claimed, in milliseconds. */
  readonly parkedForMs: number;
  readonly started: number;
  readonly failed: number;
  readonly history: readonly FailedAttempt[];
  readonly redrives: number;
}

/** Reads a row of `parked`, with the database's `now_ms` beside it. */
export function parkedOf(row: Row): Parked {
  return {
    envelope: {
      id: textOf(row, "message_id"),
      source: textOf(row, "source"),
      type: textOf(row, "type"),
      timeMs: numberOf(row, "message_ms"),
      key: textOrNull(row, "key"),
      seq: numberOrNull(row, "seq"),
      contentType: textOf(row, "content_type"),
      headers: JSON.parse(textOf(row, "headers")),
      body: bytesOf(row, "body"),
    },
    state: numberOf(row, "state") === parkedStates.gap ? "gap" : "due",
    lease: numberOf(row, "lease"),
    parkedForMs: numberOf(row, "now_ms") - numberOf(row, "parked_ms"),
    started: numberOf(row, "started"),
    failed: numberOf(row, "failed"),
    history: JSON.parse(textOf(row, "history")),
    redrives: numberOf(row, "redrives"),
  };
}
