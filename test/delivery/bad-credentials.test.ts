import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { delivery, isDeliveryError, message, type StandardSchema } from "@holdfast/delivery";
import { mysql } from "@holdfast/delivery/mysql";
import { postgres } from "@holdfast/delivery/postgres";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { z } from "zod";
import { absent, servers } from "../../packages/delivery/test/support/servers.ts";

const schema: StandardSchema<{ readonly id: string }> = z.object({ id: z.string() });
const Note = message("bad.note", { schema });

const stores = [
  {
    name: "postgres",
    skip: await absent("postgres"),
    open(database: string) {
      const pool = new Pool({ ...servers.postgres, database, max: 2 });
      return { store: postgres(pool), end: () => pool.end() };
    },
  },
  {
    name: "mariadb",
    skip: await absent("mariadb"),
    open(database: string) {
      const pool = createPool({ ...servers.mariadb, user: "nobody_here", password: "wrong", database });
      return { store: mysql(pool), end: () => pool.end() };
    },
  },
] as const;

for (const { name, skip, open } of stores)
  describe(`credentials that are wrong: ${name}`, { skip }, () => {
    it("are told from a database that is away, wherever a delivery meets them", async () => {
      const { store, end } = open("nothing_of_this_name");
      const d = delivery({ store });
      try {
        for (const attempt of [
          () => d.migrate(),
          () => d.run(),
          () => d.publishNow(Note({ id: "1" })),
          () => d.backlog(),
          () => d.dead.count(),
        ])
          await assert.rejects(
            attempt,
            (error) =>
              isDeliveryError(error) && error.code === "STORE_CREDENTIALS" && error.remedy !== undefined,
          );
      } finally {
        await d.close();
        await end();
      }
    });
  });
