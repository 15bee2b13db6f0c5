import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IdempotencyStore } from "../../../src/idempotency/record.ts";
import { sqlIdempotency } from "../../../src/idempotency/sql-records.ts";
import { absent, servers } from "../../support/servers.ts";

/** A store that another process can open by its name. */
export type NamedKind = "sqlite" | "postgres" | "mariadb" | "redis";

/** An open one; whoever made the tables drops them. */
export interface NamedStore {
  readonly store: IdempotencyStore;
  close(): Promise<void>;
  drop(): Promise<void>;
}

/** The kinds, and why one is skipped. */
export const namedKinds: readonly { readonly kind: NamedKind; readonly skip: string | false }[] = [
  { kind: "sqlite", skip: false },
  { kind: "postgres", skip: await absent("postgres") },
  { kind: "mariadb", skip: await absent("mariadb") },
  { kind: "redis", skip: await absent("redis") },
];

/** Opens the store of a kind and a name. Drivers are loaded when they are needed: a child that is killed at once has no time for all of them. */
export function openNamed(kind: NamedKind, name: string): Promise<NamedStore> {
  return openers[kind](name);
}

const tables = ["idempotency", "idempotency_effect", "migrations"];

const openers: Readonly<Record<NamedKind, (name: string) => Promise<NamedStore>>> = {
  async sqlite(name) {
    const { sqlite } = await import("../../../src/stores/sqlite.ts");
    const path = join(tmpdir(), `${name}.db`);
    const store = sqlite(path);
    const close = (): Promise<void> => store.close();
    const drop = async (): Promise<void> => {
      for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
    };
    return { store: sqlIdempotency(store), close, drop };
  },
  async postgres(name) {
    const [{ Pool }, { postgres }] = await Promise.all([
      import("pg"),
      import("../../../src/stores/postgres.ts"),
    ]);
    const pool = new Pool({ ...servers.postgres, max: 20 });
    const store = postgres(pool, { schema: name, notify: false });
    const drop = async (): Promise<void> =>
      void (await pool.query(`drop schema if exists "${name}" cascade`));
    return { store: sqlIdempotency(store), close: () => pool.end(), drop };
  },
  async mariadb(name) {
    const [{ createPool }, { mysql }] = await Promise.all([
      import("mysql2/promise"),
      import("../../../src/stores/mysql.ts"),
    ]);
    const pool = createPool({ ...servers.mariadb, connectionLimit: 20 });
    const store = mysql(pool, { prefix: `${name}_` });
    const drop = async (): Promise<void> => {
      for (const table of tables) await pool.query(`drop table if exists \`${name}_${table}\``);
    };
    return { store: sqlIdempotency(store), close: () => pool.end(), drop };
  },
  async redis(name) {
    const [{ Redis }, { redis }] = await Promise.all([
      import("ioredis"),
      import("../../../src/stores/redis.ts"),
    ]);
    const client = new Redis({ ...servers.redis });
    const drop = async (): Promise<void> => {
      const names = await client.keys(`${name}:*`);
      if (names.length > 0) await client.del(...names);
    };
    return {
      store: redis(client, { prefix: `${name}:` }),
      close: async () => void (await client.quit()),
      drop,
    };
  },
};
