import { Redis } from "ioredis";
import { idempotencyConformance } from "../../src/conformance/idempotency-conformance.ts";
import { idempotencyMigrations } from "../../src/idempotency/migrations.ts";
import { sqlIdempotency } from "../../src/idempotency/sql-records.ts";
import { redis } from "../../src/stores/redis.ts";
import { absent, ownName, servers } from "../support/servers.ts";
import { testStores } from "../support/stores.ts";

for (const { name, skip, open } of testStores)
  idempotencyConformance(
    name,
    async () => {
      const opened = await open(idempotencyMigrations);
      return {
        store: sqlIdempotency(opened.store),
        again: () => sqlIdempotency(opened.again()),
        close: opened.close,
      };
    },
    { skip },
  );

const redisAbsent = await absent("redis");

for (const kind of ["ioredis", "node-redis"] as const)
  idempotencyConformance(
    `redis by ${kind}`,
    async () => {
      const client = new Redis({ ...servers.redis });
      // node-redis takes a command as one list; the wire is the same.
      const asNodeRedis = {
        sendCommand: ([command = "", ...args]: readonly string[]) => client.call(command, ...args),
      };
      const prefix = `${ownName()}:`;
      const make = () => redis(kind === "ioredis" ? client : asNodeRedis, { prefix });
      return {
        store: make(),
        again: make,
        close: async () => {
          const names = await client.keys(`${prefix}*`);
          if (names.length > 0) await client.del(...names);
          await client.quit();
        },
      };
    },
    { skip: redisAbsent, modes: ["lease"] },
  );
