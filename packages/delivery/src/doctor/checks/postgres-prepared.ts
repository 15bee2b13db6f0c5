import { spokenMs } from "../../guarantees/horizon.ts";
import { numberOf, textOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Two-phase transactions that nobody ended: they outlive restarts, and hold their locks and the horizon of vacuum. */
export const postgresPrepared: Check = defineCheck({
  id: "postgres-prepared",
  dialects: ["postgres"],
  about: "prepared transactions that nobody ended",
  async ask(session) {
    const { rows } = await session.query(
      "select gid, (extract(epoch from clock_timestamp() - prepared) * 1000)::bigint as open_ms from pg_prepared_xacts where database = current_database() order by prepared limit 100",
    );
    return rows.map((row) => ({ gid: textOf(row, "gid"), openMs: numberOf(row, "open_ms") }));
  },
  judge(prepared, { limits }) {
    return prepared
      .filter(({ openMs }) => openMs > limits.transactionMs)
      .map(({ gid, openMs }) => ({
        code: "postgres-prepared-transaction",
        severity: "weakened",
        where: `prepared transaction ${gid}`,
        message: `It was prepared ${spokenMs(openMs)} ago and neither committed nor rolled back: it keeps its locks over restarts and holds back vacuum.`,
        remedy: "Ask its coordinator, then COMMIT PREPARED or ROLLBACK PREPARED it.",
      }));
  },
});
