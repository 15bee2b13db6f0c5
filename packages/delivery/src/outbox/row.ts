/** One message as it is written into the outbox. */
export interface OutboxRow {
  readonly id: string;
  /** Whether the producer chose the id: while such a row waits, the same id again is the same message and not a second row. */
  readonly given?: boolean;
  readonly type: string;
  readonly source: string;
  readonly key: string | null;
  /** Whether the statement gives it the next sequence number of its key. */
  readonly ordered: boolean;
  /** A number that it has already: a message that comes back out of the dead letters keeps its own. */
  readonly seq?: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly delayMs: number;
}

/** What stands in `state` when a row is written: it may go out at once, or from `due_ms` on. */
export const writtenStates = { ready: 0, waiting: 1 } as const;

/** Shards of ordered keys. A shard has one owner at a time; keys are spread over them by `shardOf`. */
export const shards = 64;

/** The shard of a key: FNV-1a over its UTF-16 units. It stands in rows, so it never changes. */
export function shardOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % shards;
}
