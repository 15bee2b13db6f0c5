/** A snapshot of PostgreSQL, as `pg_current_snapshot()` writes it: which transactions were over at that moment. */
export interface Snapshot {
  /** Every transaction from this number on was still to come. */
  readonly xmax: bigint;
  /** Those below it that were under way, in this database or in any other of the server. */
  readonly open: readonly bigint[];
}

/** Reads `xmin:xmax:xip,xip`. */
export function snapshotOf(text: string): Snapshot {
  const [, xmax = "0", open = ""] = text.split(":");
  return { xmax: BigInt(xmax), open: open === "" ? [] : open.split(",").map(BigInt) };
}

/**
 * The transactions that ended between two snapshots: what the later one sees and the earlier one did not. Bounded on both sides, however
 * long a writer stays open: it costs one number in a list, and nobody waits for it.
 */
export interface Between {
  /** Under way in the earlier one and over in the later one. All are below `from`. */
  readonly late: readonly bigint[];
  /** All in `[from, to)` but those that are still `open`. */
  readonly from: bigint;
  readonly to: bigint;
  readonly open: readonly bigint[];
}

/** What ended between `earlier` and `later`. */
export function between(earlier: Snapshot, later: Snapshot): Between {
  const open = new Set(later.open);
  return {
    late: earlier.open.filter((xid) => !open.has(xid)),
    from: earlier.xmax,
    to: later.xmax,
    open: later.open.filter((xid) => xid >= earlier.xmax),
  };
}

/** Whether no transaction ended in between: there is nothing to read. */
export function isNothing({ late, from, to, open }: Between): boolean {
  return late.length === 0 && to - from <= BigInt(open.length);
}
