import { numberOf, textOf } from "../../sql.ts";
import { type Check, defineCheck, type Finding } from "../check.ts";

const tableNames = ["outbox", "parked"] as const;

interface TableFacts {
  readonly table: string;
  readonly vacuumed: boolean;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly bytes: number;
}

/** Whether the tables that change with every message are kept small. */
export const postgresVacuum: Check = defineCheck<{
  readonly autovacuum: boolean;
  readonly tables: readonly TableFacts[];
}>({
  id: "postgres-vacuum",
  dialects: ["postgres"],
  about: "autovacuum and bloat of outbox and parked messages",
  async ask(session, { tables }) {
    const settings = await session.query(
      "select bool_and(setting = 'on')::text as vacuums from pg_settings where name in ('autovacuum', 'track_counts')",
    );
    const { rows } = await session.query(
      `select c.oid::regclass::text as name, not coalesce('autovacuum_enabled=false' = any(c.reloptions) or 'autovacuum_enabled=off' = any(c.reloptions), false) as vacuumed,
  coalesce(s.n_live_tup, 0) as live, coalesce(s.n_dead_tup, 0) as dead, pg_table_size(c.oid) as bytes
from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
where c.oid in (${tableNames.map((name) => `to_regclass('${tables.of(name)}')`).join(", ")}) order by 1`,
    );
    return {
      autovacuum: textOf(settings.rows[0] ?? {}, "vacuums") === "true",
      tables: rows.map((row) => ({
        table: textOf(row, "name"),
        vacuumed: textOf(row, "vacuumed") === "true",
        liveRows: numberOf(row, "live"),
        deadRows: numberOf(row, "dead"),
        bytes: numberOf(row, "bytes"),
      })),
    };
  },
  judge({ autovacuum, tables }, { limits }) {
    const findings: Finding[] = [];
    if (!autovacuum)
      findings.push({
        code: "postgres-autovacuum-off",
        severity: "weakened",
        where: "PostgreSQL",
        message:
          "autovacuum or track_counts is off: every message that was sent leaves dead rows, and claims get slower without end.",
        remedy: "Set autovacuum = on and track_counts = on.",
      });
    for (const { table, vacuumed, liveRows, deadRows, bytes } of tables) {
      if (!vacuumed)
        findings.push({
          code: "postgres-autovacuum-off-table",
          severity: "weakened",
          where: table,
          message: "autovacuum is off for this table: every message that was sent leaves dead rows.",
          remedy: `ALTER TABLE ${table} RESET (autovacuum_enabled).`,
        });
      if (deadRows > limits.deadRowsMax && deadRows > liveRows)
        findings.push({
          code: "postgres-bloat",
          severity: "weakened",
          where: table,
          message: `About ${deadRows} dead rows lie beside ${liveRows} live ones, ${Math.round(bytes / 2 ** 20)} MiB in all: every claim steps over them.`,
          remedy: "End what holds back vacuum (long transactions, slots), then VACUUM the table.",
        });
    }
    return findings;
  },
});
