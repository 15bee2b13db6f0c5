import { nowMs, numberOf, numberOrNull, textOf, textOrNull } from "../sql.ts";
import type { Store } from "../store.ts";
import type { DeadReason } from "./dead-letter.ts";
import type { Asker } from "./pages.ts";

/** Letters of one kind. */
export interface DeadLetterGroup {
  readonly type: string;
  readonly origin: "relay" | "consumer";
  readonly consumer: string | null;
  readonly reason: DeadReason;
  readonly letters: number;
  /** How long ago the oldest was given up, by the database's clock. */
  readonly oldestMs: number;
  /** The most that one of them was redriven. */
  readonly redrivesMost: number;
}

/** How many dead letters there are, of what, and how old. */
export interface DeadLetterStatistics {
  readonly letters: number;
  /** How long ago the oldest was given up; null where there is none. */
  readonly oldestMs: number | null;
  readonly groups: readonly DeadLetterGroup[];
  /** Whether there are more than were counted: the numbers are then those of the oldest ones. */
  readonly capped: boolean;
}

/** Beyond this nobody needs the exact number, and counting would cost more than it tells. */
export const countedMost = 100_000;

/** Counts the letters, the oldest 100,000 at most. */
export async function deadLettersBy(
  asker: Asker,
  tables: Store["tables"],
  most: number = countedMost,
): Promise<DeadLetterStatistics> {
  const now = nowMs[asker.dialect];
  const { rows } = await asker.query(
    `select type, origin, consumer, reason, count(*) as letters, ${now} - min(dead_ms) as oldest_ms, max(redrives) as redrives_most from (select type, origin, consumer, reason, dead_ms, redrives from ${tables.of("dead_letter")} order by dead_ms, id limit ${most + 1}) as counted group by type, origin, consumer, reason order by letters desc, type, consumer, reason`,
  );
  const groups = rows.map((row) => ({
    type: textOf(row, "type"),
    origin: textOf(row, "origin") as DeadLetterGroup["origin"],
    consumer: textOrNull(row, "consumer"),
    reason: textOf(row, "reason") as DeadReason,
    letters: numberOf(row, "letters"),
    oldestMs: Math.max(0, numberOrNull(row, "oldest_ms") ?? 0),
    redrivesMost: numberOf(row, "redrives_most"),
  }));
  const letters = groups.reduce((sum, group) => sum + group.letters, 0);
  const oldestMs = groups.length === 0 ? null : Math.max(...groups.map((group) => group.oldestMs));
  return { letters: Math.min(letters, most), oldestMs, groups, capped: letters > most };
}

/** The same on a connection of its own. */
export async function deadLetterStatistics(store: Store): Promise<DeadLetterStatistics> {
  const session = await store.connect({ purpose: "holdfast statistics" });
  try {
    return await deadLettersBy(session, store.tables);
  } finally {
    await session.close();
  }
}
