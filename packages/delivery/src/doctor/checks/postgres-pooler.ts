import type { Asker } from "../../dead-letters/pages.ts";
import { textOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Two sessions that are open at a time and have one server process between them: a pooler hands it out by transaction. */
export const postgresPooler: Check = defineCheck({
  id: "postgres-pooler",
  dialects: ["postgres"],
  about: "a pooler in transaction mode that the store was not told of",
  async ask(session, { another }) {
    if (another === null) return { shared: false };
    const other = await another();
    try {
      const [first, second, third] = [
        await processOf(session),
        await processOf(other),
        await processOf(session),
      ];
      return { shared: first === second || second === third };
    } finally {
      await other.close();
    }
  },
  judge({ shared }) {
    if (!shared) return [];
    return [
      {
        code: "postgres-pooler-untold",
        severity: "broken",
        where: "PostgreSQL",
        message:
          "A pooler hands connections out by transaction: what a relay sets for its session, synchronous_commit = off among others, stays for the next client, whose commits a crash then takes, and statements that are prepared under a name meet connections that do not know them.",
        remedy: 'Tell the store: postgres(pool, { pooler: "transaction" }). Or connect past the pooler.',
      },
    ];
  },
});

async function processOf(session: Asker): Promise<string> {
  const { rows } = await session.query("select pg_backend_pid()::text as pid");
  return rows[0] === undefined ? "" : textOf(rows[0], "pid");
}
