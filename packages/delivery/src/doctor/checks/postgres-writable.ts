import { textOf } from "../../sql.ts";
import { type Check, defineCheck } from "../check.ts";

/** Whether the server takes writes. */
export const postgresWritable: Check = defineCheck({
  id: "postgres-writable",
  dialects: ["postgres"],
  about: "standby and read-only sessions",
  async ask(session) {
    const { rows } = await session.query(
      "select pg_is_in_recovery()::text as standby, current_setting('transaction_read_only') as read_only",
    );
    const [row = {}] = rows;
    return { standby: textOf(row, "standby") === "true", readOnly: textOf(row, "read_only") === "on" };
  },
  judge({ standby, readOnly }) {
    if (standby)
      return [
        {
          code: "postgres-standby",
          severity: "broken",
          where: "PostgreSQL",
          message: "This server is a standby: nothing can be published, relayed or consumed through it.",
          remedy: "Connect to the primary: target_session_attrs=read-write, or its own host name.",
        },
      ];
    if (readOnly)
      return [
        {
          code: "postgres-read-only",
          severity: "broken",
          where: "PostgreSQL",
          message: "Sessions are read-only by default: nothing can be published, relayed or consumed.",
          remedy: "Take default_transaction_read_only = on back for this role or database.",
        },
      ];
    return [];
  },
});
