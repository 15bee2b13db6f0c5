/** A row's place in the log: the number of its transaction, then its own. */
export interface Place {
  readonly txid: bigint;
  readonly lid: bigint;
}

/** Before every row. */
export const beginning: Place = { txid: 0n, lid: 0n };

/**
 * How far the log was read. Everything that `old` sees is done; of what `next` sees and `old` does not, everything up to `at`, in the order of
 * (txid, lid).
 */
export interface Cursor {
  readonly old: string;
  /** Null between two readings. */
  readonly next: string | null;
  readonly at: Place;
}

/** Whether a place is behind another one. */
export function isBehind(place: Place, other: Place): boolean {
  return place.txid === other.txid ? place.lid > other.lid : place.txid > other.txid;
}

/** All that `next` sees is done. */
export function whole(next: string): Cursor {
  return { old: next, next: null, at: beginning };
}
