import { consumeMigrations } from "./consume/migrations.ts";
import { deadLetterMigrations } from "./dead-letters/migrations.ts";
import { idempotencyMigrations } from "./idempotency/migrations.ts";
import { logMigrations } from "./log/migrations.ts";
import type { Migration } from "./migrations.ts";
import { outboxMigrations } from "./outbox/migrations.ts";
import { sagaMigrations } from "./saga/migrations.ts";

/** Every migration, in the order in which they run. A new one is appended to its own part's list. */
export const migrations: readonly Migration[] = [
  ...outboxMigrations,
  ...consumeMigrations,
  ...deadLetterMigrations,
  ...idempotencyMigrations,
  ...sagaMigrations,
  ...logMigrations,
];
