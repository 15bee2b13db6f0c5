import type { Pending, ShardCursor } from "./statements.ts";

/** Which shards to read next, and from which key on: all of them now and then, and in between those that had something. */
export interface ShardReading {
  /** The shards to read, and how many rows of each. */
  next(owned: readonly number[], room: number, nowMs: number): ShardRead;
  /** What was read. */
  read(asked: ShardRead, pending: readonly Pending[], nowMs: number): void;
  /** Something may have come: all are read next. */
  reset(): void;
}

/** One reading. */
export interface ShardRead {
  readonly cursors: readonly ShardCursor[];
  readonly limit: number;
}

/** How long the shards that had something are read alone, in milliseconds. */
const surveyEveryMs = 50;
const rows = { least: 8, most: 500 };

/** A reading that begins with all. */
export function createShardReading(): ShardReading {
  const cursors = new Map<number, ShardCursor>();
  let hot: readonly number[] = [];
  let surveyDueMs = 0;
  return {
    next(owned, room, nowMs) {
      const mine = new Set(owned);
      const known = hot.filter((shard) => mine.has(shard));
      const some = nowMs < surveyDueMs && known.length > 0 ? known : owned;
      return {
        cursors: some.map((shard) => cursors.get(shard) ?? { shard, type: "", key: "" }),
        limit: Math.min(rows.most, Math.max(rows.least, Math.ceil(room / Math.max(1, some.length)))),
      };
    },
    read(asked, pending, nowMs) {
      if (nowMs >= surveyDueMs) surveyDueMs = nowMs + surveyEveryMs;
      const byShard = Map.groupBy(pending, ({ shard }) => shard);
      for (const { shard } of asked.cursors) {
        const found = byShard.get(shard) ?? [];
        const last = found.at(-1);
        // A full reading goes on behind its last key, whose other messages wait for the next round: no key keeps the others waiting.
        if (found.length < asked.limit || last === undefined) cursors.delete(shard);
        else cursors.set(shard, { shard, type: last.type, key: last.key });
      }
      hot = asked.cursors
        .filter(({ shard, type }) => byShard.has(shard) || type !== "")
        .map(({ shard }) => shard);
    },
    reset() {
      surveyDueMs = 0;
    },
  };
}
