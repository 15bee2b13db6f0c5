import { type Check, defineCheck, settingsOf } from "../check.ts";

/** Whether a client that hangs in a transaction is ever ended. */
export const postgresTimeouts: Check = defineCheck({
  id: "postgres-timeouts",
  dialects: ["postgres"],
  about: "idle_in_transaction_session_timeout",
  ask: (session) =>
    settingsOf(
      session,
      "select name, setting as value from pg_settings where name = 'idle_in_transaction_session_timeout'",
    ),
  judge(settings) {
    if (settings["idle_in_transaction_session_timeout"] !== "0") return [];
    return [
      {
        code: "postgres-idle-timeout-none",
        severity: "note",
        where: "PostgreSQL",
        message:
          "idle_in_transaction_session_timeout is 0: a client that hangs in a transaction holds its locks, and vacuum, until somebody notices.",
        remedy: "Set it to a minute or so for the roles of your services.",
      },
    ];
  },
});
