import { spokenMs } from "../../guarantees/horizon.ts";
import { numberOf, textOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Transactions that stay open: vacuum may remove nothing that died since they began. */
export const postgresTransactions: Check = defineCheck({
  id: "postgres-transactions",
  dialects: ["postgres"],
  about: "transactions that stay open and hold back vacuum",
  async ask(session) {
    const { rows } = await session.query(
      `select pid, coalesce(usename, '') as name, coalesce(application_name, '') as application, coalesce(state, '') as state,
  (extract(epoch from clock_timestamp() - xact_start) * 1000)::bigint as open_ms
from pg_stat_activity
where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'
  and (backend_xmin is not null or backend_xid is not null or state like 'idle in transaction%')
order by xact_start limit 100`,
    );
    return rows.map((row) => ({
      pid: numberOf(row, "pid"),
      name: textOf(row, "name"),
      application: textOf(row, "application"),
      idle: textOf(row, "state").startsWith("idle"),
      openMs: numberOf(row, "open_ms"),
    }));
  },
  judge(transactions, { limits }) {
    return transactions
      .filter(({ openMs }) => openMs > limits.transactionMs)
      .map(({ pid, name, application, idle, openMs }) => ({
        code: idle ? "postgres-idle-in-transaction" : "postgres-long-transaction",
        severity: "weakened",
        where: `process ${pid}${application === "" ? "" : `, ${application}`}, user ${name}`,
        message: `A transaction has been open for ${spokenMs(openMs)}${idle ? " and does nothing" : ""}: sent messages cannot be vacuumed away, and claims get slower and slower.`,
        remedy: idle
          ? `Find out why the client does not commit; SELECT pg_terminate_backend(${pid}) ends it. Set idle_in_transaction_session_timeout.`
          : "Move long reports to a replica, or split them.",
      }));
  },
});
