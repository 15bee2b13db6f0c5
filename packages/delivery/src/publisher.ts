import type { Baggage, TraceContext } from "@holdfast/core";
import type { Message } from "./message.ts";
import type { SyncTx, Tx } from "./tx.ts";

/** What a message takes over from what caused it. */
export interface Lineage {
  /** The trace that goes on. Default: that of the delivery's `ambient` where there is one, otherwise a fresh one. */
  readonly trace?: TraceContext;
  /** The baggage, of which goes on what the delivery's `baggage` names. Default: that of its `ambient`. */
  readonly baggage?: Baggage;
  /** What all messages of one business event share. Default: the message's own id. */
  readonly correlationId?: string;
  /** The id of the message that caused this one. Default: none. */
  readonly causationId?: string;
}

/**
 * Writes messages into the outbox, in the caller's transaction: one statement for all of them, so that they are there with the rest of
 * it or not at all. Resolves to their ids, in order.
 */
export interface Publisher {
  publish(tx: Tx, messages: readonly Message[], lineage?: Lineage): Promise<readonly string[]>;
  /** The same without a promise, for SQLite; throws MESSAGE_INVALID for a schema that checks asynchronously. */
  publishSync(tx: SyncTx, messages: readonly Message[], lineage?: Lineage): readonly string[];
}
