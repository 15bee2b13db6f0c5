import type { Check } from "../check.ts";
import { waiting } from "./backlog.ts";
import { mysqlDurability } from "./mysql-durability.ts";
import { mysqlEngine } from "./mysql-engine.ts";
import { mysqlSession } from "./mysql-session.ts";
import { mysqlTransactions } from "./mysql-transactions.ts";
import { postgresDurability } from "./postgres-durability.ts";
import { postgresPooler } from "./postgres-pooler.ts";
import { postgresPrepared } from "./postgres-prepared.ts";
import { postgresSlots } from "./postgres-slots.ts";
import { postgresTimeouts } from "./postgres-timeouts.ts";
import { postgresTransactions } from "./postgres-transactions.ts";
import { postgresVacuum } from "./postgres-vacuum.ts";
import { postgresWritable } from "./postgres-writable.ts";
import { sqliteFile } from "./sqlite-file.ts";

/** Every question to a database, the gravest first. */
export const checks: readonly Check[] = [
  postgresWritable,
  postgresDurability,
  postgresPooler,
  postgresTransactions,
  postgresPrepared,
  postgresSlots,
  postgresVacuum,
  postgresTimeouts,
  mysqlSession,
  mysqlDurability,
  mysqlEngine,
  mysqlTransactions,
  sqliteFile,
  waiting,
];
