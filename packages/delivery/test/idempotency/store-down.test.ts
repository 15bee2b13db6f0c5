import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Redis } from "ioredis";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { post, routeOn } from "../../src/conformance/idempotency-subject.ts";
import type { DeliveryEvent } from "../../src/events.ts";
import type { IdempotencyMode } from "../../src/idempotency/options.ts";
import type { IdempotencyStore } from "../../src/idempotency/record.ts";
import { sqlIdempotency } from "../../src/idempotency/sql-records.ts";
import { mysql } from "../../src/stores/mysql.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { redis } from "../../src/stores/redis.ts";
import { sqlite } from "../../src/stores/sqlite.ts";

/** Stores that nobody answers for: port 1 refuses, and a fresh SQLite has no tables. */
const stores: Readonly<Record<string, () => { readonly store: IdempotencyStore; close(): Promise<void> }>> = {
  postgres: () => {
    const pool = new Pool({ host: "127.0.0.1", port: 1 });
    return { store: sqlIdempotency(postgres(pool, { notify: false })), close: () => pool.end() };
  },
  mariadb: () => {
    const pool = createPool({ host: "127.0.0.1", port: 1 });
    return { store: sqlIdempotency(mysql(pool)), close: () => pool.end() };
  },
  "sqlite without tables": () => {
    const store = sqlite(":memory:");
    return { store: sqlIdempotency(store), close: () => store.close() };
  },
  redis: () => {
    const client = new Redis({ host: "127.0.0.1", port: 1, retryStrategy: () => 50 });
    client.on("error", () => {});
    return { store: redis(client, { answerTimeoutMs: 100 }), close: async () => client.disconnect() };
  },
};

for (const [name, open] of Object.entries(stores))
  describe(`a route whose store is down: ${name}`, () => {
    for (const mode of ["tx", "lease", "cache"].slice(name === "redis" ? 1 : 0) as IdempotencyMode[])
      it(`answers 503 and runs nothing (${mode})`, async () => {
        const { store, close } = open();
        const events: DeliveryEvent[] = [];
        const route = routeOn(store, { mode }, () => assert.fail("was called"), { events });
        const answer = await route(post("k"));
        assert.equal(answer.status, 503);
        assert.equal(answer.headers.get("content-type"), "application/problem+json");
        assert.equal(((await answer.json()) as { code: string }).code, "store-unavailable");
        const [error] = events;
        assert.ok(
          error?.type === "idempotency.error" &&
            /STORE_(UNREACHABLE|SCHEMA_MISSING)/.test((error.error as { code: string }).code),
        );
        await close();
      });
  });
