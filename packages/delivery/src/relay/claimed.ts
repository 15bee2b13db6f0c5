import type { FailedAttempt } from "../dead-letters/dead-letter.ts";
import type { Envelope } from "../envelope.ts";
import { bytesOf, nowMs, numberOf, numberOrNull, textOf, textOrNull } from "../sql.ts";
import type { Dialect, Row } from "../tx.ts";

/** What settles a message: its id, and the lease under which it was claimed. A later claim makes the token stale. */
export interface Token {
  readonly id: string;
  readonly lease: number;
  /** The epoch of its shard's lease, for ordered messages. */
  readonly epoch: number | null;
}

/** A message out of the outbox, leased to this relay. */
export interface Claimed {
  readonly token: Token;
  readonly envelope: Envelope;
  readonly shard: number | null;
  /** How often it was claimed, this time included. */
  readonly started: number;
  /** How often an attempt ended in a failure. */
  readonly failed: number;
  /** How much of the in-flight budget it takes. */
  readonly bytes: number;
  readonly history: readonly FailedAttempt[];
  /** By the database's clock. */
  readonly claimedAtMs: number;
}

/** What one claim found. */
export interface Claim {
  readonly claimed: readonly Claimed[];
  /** Rows that it looked at and put elsewhere: not due yet, or suspects. */
  readonly moved: number;
}

/** The columns of a row that is claimed. `prefix` names the table where a statement joins: `o.`. */
export function claimColumns(dialect: Dialect, prefix = ""): string {
  const id = dialect === "postgres" ? `${prefix}id::text as id` : `${prefix}id`;
  const columns = ["type", "source", dialect === "mysql" ? "`key`" : "key", "seq", "shard", "content_type"];
  const more = ["headers", "body", "created_ms", "state", "lease", "started", "failed", "history"];
  const named = [...columns, ...more].map((column) => `${prefix}${column}`).join(", ");
  return `${id}, ${named}, ${nowMs[dialect]} as claimed_ms`;
}

/** A row as a claimed message. */
export function claimedOf(row: Row, epoch: number | null = null): Claimed {
  const headers = textOf(row, "headers");
  const body = bytesOf(row, "body");
  const history = textOrNull(row, "history");
  return {
    token: { id: textOf(row, "id"), lease: numberOf(row, "lease"), epoch },
    envelope: {
      id: textOf(row, "id"),
      source: textOf(row, "source"),
      type: textOf(row, "type"),
      timeMs: numberOf(row, "created_ms"),
      key: textOrNull(row, "key"),
      seq: numberOrNull(row, "seq"),
      contentType: textOf(row, "content_type"),
      headers: JSON.parse(headers) as Record<string, string>,
      body,
    },
    shard: numberOrNull(row, "shard"),
    started: numberOf(row, "started"),
    failed: numberOf(row, "failed"),
    bytes: body.length + headers.length,
    history: history === null ? [] : (JSON.parse(history) as FailedAttempt[]),
    claimedAtMs: numberOf(row, "claimed_ms"),
  };
}

/** Rows of a claim: the messages by id, and how many were only moved. A suspect is `state` 2 and was asked for as such. */
export function claimOf(rows: readonly Row[], wanted: number): Claim {
  const claimed = rows.filter((row) => numberOf(row, "state") === wanted).map((row) => claimedOf(row));
  claimed.sort((a, b) => (a.token.id < b.token.id ? -1 : 1));
  return { claimed, moved: rows.length - claimed.length };
}

/** How many attempts that failed are kept with a message. */
const historyMax = 20;

/** A message's history with one attempt more; the first ones go when it gets long. */
export function historyWith(claimed: Claimed, attempt: FailedAttempt): readonly FailedAttempt[] {
  return [...claimed.history, attempt].slice(-historyMax);
}

/** How many claims of a message ended without a verdict before this one: the process died, or lost the lease. */
export function crashesOf({ started, failed }: Pick<Claimed, "started" | "failed">): number {
  return started - 1 - failed;
}
