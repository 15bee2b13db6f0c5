import type { Envelope } from "../envelope.ts";
import { bytesOf, numberOf, numberOrNull, textOf, textOrNull } from "../sql.ts";
import type { Dialect, Row } from "../tx.ts";
import type { DeadReason, FailedAttempt } from "./dead-letter.ts";

/** A dead letter at a glance: everything but payload, headers and the whole of the error. */
export interface DeadLetterSummary {
  readonly id: string;
  readonly origin: "relay" | "consumer";
  readonly consumer: string | null;
  readonly messageId: string;
  readonly type: string;
  readonly source: string;
  readonly key: string | null;
  readonly seq: number | null;
  readonly reason: DeadReason;
  /** The first lines of the last failure, 300 characters at most. */
  readonly error: string;
  /** How often it was taken out of the dead letters before it came back. */
  readonly redrives: number;
  /** When it was given up, by the database's clock. */
  readonly deadMs: number;
  readonly bodyBytes: number;
}

/** A dead letter, whole. */
export interface DeadLetter extends Omit<DeadLetterSummary, "key" | "seq" | "type" | "source"> {
  readonly envelope: Envelope;
  readonly history: readonly FailedAttempt[];
}

/** One entry of the audit. */
export interface AuditEntry {
  readonly letterId: string;
  readonly action: "redriven" | "discarded";
  readonly reason: DeadReason;
  readonly actor: string;
  readonly note: string;
  readonly redriveId: string | null;
  /** By the database's clock. */
  readonly atMs: number;
}

const errorCharacters = 300;

const keyColumn = (dialect: Dialect): string => (dialect === "mysql" ? "`key`" : "key");
const bodyBytes = (dialect: Dialect): string => `${dialect === "sqlite" ? "length" : "octet_length"}(body)`;

/** The columns of a summary. */
export function summaryColumns(dialect: Dialect): string {
  return `id, origin, consumer, message_id, type, source, ${keyColumn(dialect)}, seq, reason, substr(error, 1, ${errorCharacters}) as error, redrives, dead_ms, ${bodyBytes(dialect)} as body_bytes`;
}

/** The columns of a whole letter. */
export function letterColumns(dialect: Dialect): string {
  return `id, origin, consumer, message_id, type, source, ${keyColumn(dialect)}, seq, content_type, headers, body, message_ms, reason, error, history, redrives, dead_ms, ${bodyBytes(dialect)} as body_bytes`;
}

function commonOf(row: Row) {
  return {
    id: textOf(row, "id"),
    origin: textOf(row, "origin") as DeadLetterSummary["origin"],
    consumer: textOrNull(row, "consumer"),
    messageId: textOf(row, "message_id"),
    reason: textOf(row, "reason") as DeadReason,
    error: textOf(row, "error"),
    redrives: numberOf(row, "redrives"),
    deadMs: numberOf(row, "dead_ms"),
    bodyBytes: numberOf(row, "body_bytes"),
  };
}

/** A summary out of its row. */
export function summaryOf(row: Row): DeadLetterSummary {
  return {
    ...commonOf(row),
    type: textOf(row, "type"),
    source: textOf(row, "source"),
    key: textOrNull(row, "key"),
    seq: numberOrNull(row, "seq"),
  };
}

/** A letter out of its row. */
export function letterOf(row: Row): DeadLetter {
  const common = commonOf(row);
  return {
    ...common,
    envelope: {
      id: common.messageId,
      source: textOf(row, "source"),
      type: textOf(row, "type"),
      timeMs: numberOf(row, "message_ms"),
      key: textOrNull(row, "key"),
      seq: numberOrNull(row, "seq"),
      contentType: textOf(row, "content_type"),
      headers: JSON.parse(textOf(row, "headers")) as Envelope["headers"],
      body: bytesOf(row, "body"),
    },
    history: JSON.parse(textOf(row, "history")) as readonly FailedAttempt[],
  };
}

/** An entry of the audit out of its row. */
export function auditOf(row: Row): AuditEntry {
  return {
    letterId: textOf(row, "letter_id"),
    action: textOf(row, "action") as AuditEntry["action"],
    reason: textOf(row, "reason") as DeadReason,
    actor: textOf(row, "actor"),
    note: textOf(row, "note"),
    redriveId: textOrNull(row, "redrive_id"),
    atMs: numberOf(row, "at_ms"),
  };
}
