import { spokenMs } from "../../guarantees/horizon.ts";
import { numberOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Transactions that stay open: InnoDB keeps every old version that they might still read. */
export const mysqlTransactions: Check = defineCheck({
  id: "mysql-transactions",
  dialects: ["mysql"],
  about: "transactions that stay open",
  async ask(session) {
    const { rows } = await session.query(
      "select trx_mysql_thread_id as thread, cast(timestampdiff(microsecond, trx_started, sysdate(6)) / 1000 as signed) as open_ms from information_schema.innodb_trx where trx_mysql_thread_id <> connection_id() order by trx_started limit 100",
    );
    return rows.map((row) => ({ thread: numberOf(row, "thread"), openMs: numberOf(row, "open_ms") }));
  },
  judge(transactions, { limits }) {
    return transactions
      .filter(({ openMs }) => openMs > limits.transactionMs)
      .map(({ thread, openMs }) => ({
        code: "mysql-long-transaction",
        severity: "weakened",
        where: `thread ${thread}`,
        message: `A transaction has been open for ${spokenMs(openMs)}: InnoDB keeps every row that was sent since, and claims get slower and slower.`,
        remedy: `Find out why the client does not commit; KILL ${thread} ends it.`,
      }));
  },
});
