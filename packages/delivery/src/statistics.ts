import type { Asker } from "./dead-letters/pages.ts";
import { type DeadLetterStatistics, deadLettersBy } from "./dead-letters/statistics.ts";
import { isDeliveryError } from "./errors.ts";
import { logBacklog } from "./log/backlog.ts";
import { nowMs, numberOf, numberOrNull, textOf } from "./sql.ts";
import type { Store } from "./store.ts";

/** What waits in the outbox. */
export interface OutboxBacklog {
  /** Messages that no broker has confirmed, those delayed on purpose included. */
  readonly messages: number;
  /** Messages that nobody has tried yet because they are to wait. */
  readonly delayed: number;
  /** Messages that failed to be published at least once. */
  readonly failing: number;
  /** How long the oldest has waited to be sent, by the database's clock; null where none waits. A wait on purpose does not count. */
  readonly oldestMs: number | null;
  /** Whether there are more than were counted. */
  readonly capped: boolean;
}

/** What a consumer has parked. */
export interface ParkedBacklog {
  readonly consumer: string;
  readonly messages: number;
  /** Messages that wait for the one before them. */
  readonly gaps: number;
  /** How long the oldest has been parked. */
  readonly oldestMs: number;
}

/** Everything that has not reached its end yet. */
export interface Backlog {
  readonly outbox: OutboxBacklog;
  readonly parked: readonly ParkedBacklog[];
  readonly deadLetters: DeadLetterStatistics;
}

/** Beyond this the exact number changes nothing, and to count it every few seconds would burden a database that is already in trouble. */
const countedMost = 20_000;

/**
 * Counts what waits, and how long the oldest has waited: four statements at most, each over 20,000 rows at most. Of a longer outbox, the rows with
 * the lowest ids are counted, which are the oldest unless the callers choose ids of their own.
 */
export async function backlog(
  session: Asker,
  tables: Store["tables"],
  most: number = countedMost,
): Promise<Backlog> {
  return {
    outbox: await outboxBacklog(session, tables, most),
    parked: await parkedBacklog(session, tables, most),
    deadLetters: await deadLettersBy(session, tables, most),
  };
}

async function outboxBacklog(session: Asker, tables: Store["tables"], most: number): Promise<OutboxBacklog> {
  // In a subquery, where it is asked once: the clock of PostgreSQL is slow for a hundred thousand rows.
  const now = `(select ${nowMs[session.dialect]})`;
  const latest = session.dialect === "sqlite" ? "max" : "greatest";
  const { rows } = await session.query(
    `select count(*) as messages, coalesce(sum(case when started = 0 and due_ms > ${now} then 1 else 0 end), 0) as delayed_messages, coalesce(sum(case when failed > 0 then 1 else 0 end), 0) as failing_messages, ${now} - min(case when started = 0 and due_ms > ${now} then null when started = 0 then ${latest}(created_ms, due_ms) else created_ms end) as oldest_ms from (select created_ms, due_ms, started, failed from ${tables.of("outbox")} order by id limit ${most + 1}) as counted`,
  );
  const [row = {}] = rows;
  const log = await logBacklog(session, tables, most);
  const messages = numberOf(row, "messages") + log.messages;
  const waits = [numberOrNull(row, "oldest_ms"), log.oldestMs].filter((waitMs) => waitMs !== null);
  const oldestMs = waits.length === 0 ? null : Math.max(...waits);
  return {
    messages: Math.min(messages, most),
    delayed: numberOf(row, "delayed_messages"),
    failing: numberOf(row, "failing_messages"),
    oldestMs: oldestMs === null ? null : Math.max(0, oldestMs),
    capped: messages > most,
  };
}

async function parkedBacklog(
  session: Asker,
  tables: Store["tables"],
  most: number,
): Promise<readonly ParkedBacklog[]> {
  const now = nowMs[session.dialect];
  try {
    const { rows } = await session.query(
      `select consumer, count(*) as messages, sum(case when state = 1 then 1 else 0 end) as gaps, ${now} - min(parked_ms) as oldest_ms from (select consumer, state, parked_ms from ${tables.of("parked")} order by consumer, due_ms limit ${most}) as counted group by consumer order by consumer`,
    );
    return rows.map((row) => ({
      consumer: textOf(row, "consumer"),
      messages: numberOf(row, "messages"),
      gaps: numberOf(row, "gaps"),
      oldestMs: Math.max(0, numberOrNull(row, "oldest_ms") ?? 0),
    }));
  } catch (error) {
    // A service that only publishes may leave out the consumers' tables.
    if (isDeliveryError(error) && error.code === "STORE_SCHEMA_MISSING") return [];
    throw error;
  }
}
