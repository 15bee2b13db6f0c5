import type { Asker } from "../dead-letters/pages.ts";
import type { Session, Store } from "../store.ts";
import type { Dialect } from "../tx.ts";

/** Something that breaks or weakens what Holdfast says it does. */
export interface Finding {
  /** Stable: `postgres-fsync-off`. */
  readonly code: string;
  /** `broken`: a promise does not hold. `weakened`: it does not hold when something else goes wrong. `note`: worth knowing. */
  readonly severity: "broken" | "weakened" | "note";
  /** What is the case, and what that does to messages. */
  readonly message: string;
  readonly remedy: string;
  /** Which database, table, broker, route or consumer. */
  readonly where: string;
}

/** From where on things count as bad. */
export interface DoctorLimits {
  /** Largest payload that publishers accept. Default: 1 MiB. */
  readonly payloadBytesMax: number;
  /** How long a message may wait to be sent. Default: 5 minutes. */
  readonly oldestUnsentMs: number;
  /** How long a transaction of anybody may stay open. Default: 5 minutes. */
  readonly transactionMs: number;
  /** How much of its log a replication slot may hold back. Default: 1 GiB. */
  readonly slotBytesMax: number;
  /** How many dead rows a table may have before they count. Default: 100,000. */
  readonly deadRowsMax: number;
}

/** The limits, complete. */
export function limitsOf(given: Partial<DoctorLimits> = {}): DoctorLimits {
  return {
    payloadBytesMax: 1 << 20,
    oldestUnsentMs: 5 * 60_000,
    transactionMs: 5 * 60_000,
    slotBytesMax: 2 ** 30,
    deadRowsMax: 100_000,
    ...given,
  };
}

/** What a check is told. */
export interface CheckContext {
  readonly tables: Store["tables"];
  readonly limits: DoctorLimits;
  /** The kind of file system that a path is on, as its magic number; null where the platform does not say. */
  readonly fileSystemOf: (path: string) => Promise<number | null>;
  /** Opens one more session; null where the store knows that sessions share connections. */
  readonly another: (() => Promise<Session>) | null;
}

/** A question to a database, and what the answer means. Asking changes nothing, judging asks nothing. */
export interface Check<Facts = unknown> {
  readonly id: string;
  /** Which databases it is a question to. */
  readonly dialects: readonly Dialect[];
  /** What it looks for, in a few words. */
  readonly about: string;
  ask(session: Asker, context: CheckContext): Promise<Facts>;
  judge(facts: Facts, context: CheckContext): readonly Finding[];
}

/** Declares a check; its question types what it judges. */
export function defineCheck<Facts>(check: Check<Facts>): Check {
  return check as Check;
}

/** Rows of a statement with two columns, `name` and `value`, as a record of texts. */
export async function settingsOf(session: Asker, sql: string): Promise<Readonly<Record<string, string>>> {
  const { rows } = await session.query(sql);
  return Object.fromEntries(rows.map((row) => [String(row["name"]).toLowerCase(), String(row["value"])]));
}

/** Variables of MariaDB or MySQL by name, in lower case; what a version does not have is left out. */
export async function variablesOf(
  session: Asker,
  scope: "global" | "session",
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const list = names.map((name) => `'${name}'`).join(", ");
  const { rows } = await session.query(`show ${scope} variables where variable_name in (${list})`);
  return Object.fromEntries(
    rows.map((row) => [String(row["Variable_name"]).toLowerCase(), String(row["Value"])]),
  );
}
