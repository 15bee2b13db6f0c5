import { textOf } from "../../sql.ts";
import { type Check, defineCheck, type Finding, settingsOf } from "../check.ts";

const where = "PostgreSQL";

/** Whether what PostgreSQL says is committed is on disk. */
export const postgresDurability: Check = defineCheck({
  id: "postgres-durability",
  dialects: ["postgres"],
  about: "fsync, full_page_writes and synchronous_commit",
  async ask(session) {
    const settings = await settingsOf(
      session,
      "select name, setting as value from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')",
    );
    const { rows } = await session.query(
      `select coalesce(r.rolname, 'every role') as role
from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
  and exists (select 1 from unnest(s.setconfig) as one where one = 'synchronous_commit=off')
order by 1`,
    );
    return { settings, relaxedRoles: rows.map((row) => textOf(row, "role")) };
  },
  judge({ settings, relaxedRoles }) {
    const findings: Finding[] = [];
    if (settings["fsync"] === "off")
      findings.push({
        code: "postgres-fsync-off",
        severity: "broken",
        where,
        message: "fsync is off: a crash of the machine may destroy the database, the outbox with it.",
        remedy: "Set fsync = on and restart PostgreSQL.",
      });
    if (settings["full_page_writes"] === "off")
      findings.push({
        code: "postgres-full-page-writes-off",
        severity: "broken",
        where,
        message: "full_page_writes is off: a crash of the machine may leave torn pages, which nothing mends.",
        remedy: "Set full_page_writes = on, unless the file system writes whole pages by itself.",
      });
    if (settings["synchronous_commit"] === "off")
      findings.push({
        code: "postgres-commit-asynchronous",
        severity: "weakened",
        where,
        message:
          "synchronous_commit is off by default: a crash takes the last commits, each with its messages, although publish had returned.",
        remedy: "Set synchronous_commit = on; the relay relaxes its own sessions by itself.",
      });
    for (const role of relaxedRoles)
      findings.push({
        code: "postgres-commit-asynchronous-role",
        severity: "weakened",
        where: `role ${role}`,
        message: `synchronous_commit is off for ${role}: a crash takes its last commits, each with its messages.`,
        remedy: "ALTER ROLE … RESET synchronous_commit, where that role publishes or consumes.",
      });
    return findings;
  },
});
