import type { Failure } from "../failure.ts";
import { type CodeVerdict, codes, tableOf } from "./codes.ts";
import { readNumber, readText } from "./read-field.ts";
import {
  broken,
  cut,
  noConnection,
  notServing,
  refusedForGood,
  rolledBack,
  tooLong,
  tooMany,
  verdictOfState,
} from "./sql-state.ts";

/**
 * Only the statement is undone; what the transaction did before it stays pending, and the START TRANSACTION of another attempt would
 * commit it. So it is safe only where executing twice does no harm.
 */
const statementUndone: CodeVerdict = { class: "ambiguous", counts: false };

const rows: readonly (readonly [number: number, name: string, verdict: CodeVerdict])[] = [
  [1213, "ER_LOCK_DEADLOCK", rolledBack],
  [1614, "ER_XA_RBDEADLOCK", rolledBack],
  [1205, "ER_LOCK_WAIT_TIMEOUT", statementUndone],
  [3572, "ER_LOCK_NOWAIT", statementUndone],
  [1040, "ER_CON_COUNT_ERROR", tooMany],
  [1203, "ER_TOO_MANY_USER_CONNECTIONS", tooMany],
  [1226, "ER_USER_LIMIT_REACHED", tooMany],
  [1021, "ER_DISK_FULL", notServing],
  [1037, "ER_OUTOFMEMORY", notServing],
  [1041, "ER_OUT_OF_RESOURCES", notServing],
  // A replica where the primary is wanted: so it is for a while after a failover.
  [1290, "ER_OPTION_PREVENTS_STATEMENT", notServing],
  [1836, "ER_READ_ONLY_MODE", notServing],
  [1129, "ER_HOST_IS_BLOCKED", broken],
  [1053, "ER_SERVER_SHUTDOWN", cut],
  [1152, "ER_ABORTING_CONNECTION", cut],
  [1158, "ER_NET_READ_ERROR", cut],
  [1159, "ER_NET_READ_INTERRUPTED", cut],
  [1160, "ER_NET_ERROR_ON_WRITE", cut],
  [1161, "ER_NET_WRITE_INTERRUPTED", cut],
  [1184, "ER_NEW_ABORTING_CONNECTION", cut],
  [1317, "ER_QUERY_INTERRUPTED", { class: "ambiguous", counts: true }],
  [3024, "ER_QUERY_TIMEOUT", tooLong],
  [2002, "CR_CONNECTION_ERROR", noConnection],
  [2003, "CR_CONN_HOST_ERROR", noConnection],
  [2005, "CR_UNKNOWN_HOST", noConnection],
  [2006, "CR_SERVER_GONE_ERROR", cut],
  [2013, "CR_SERVER_LOST", cut],
  [2055, "CR_SERVER_LOST_EXTENDED", cut],
];
const byNumber: ReadonlyMap<number, CodeVerdict> = new Map(
  rows.map(([number, , verdict]) => [number, verdict]),
);

/** Codes of mysql2 and of the MariaDB connector that no server sends. */
const byName: ReadonlyMap<string, CodeVerdict> = new Map([
  ...rows.map(([, name, verdict]) => [name, verdict] as const),
  ...tableOf([
    [cut, ["PROTOCOL_CONNECTION_LOST", "PROTOCOL_PACKETS_OUT_OF_ORDER", "ER_SOCKET_UNEXPECTED_CLOSE"]],
    [tooLong, ["PROTOCOL_SEQUENCE_TIMEOUT", "ER_SOCKET_TIMEOUT"]],
    [noConnection, ["PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR", "ER_CMD_CONNECTION_CLOSED"]],
    [noConnection, ["ER_CONNECTION_TIMEOUT", "ER_GET_CONNECTION_TIMEOUT", "ER_SOCKET_CREATION_FAIL"]],
    [refusedForGood, ["PROTOCOL_ENQUEUE_AFTER_QUIT", "PROTOCOL_ENQUEUE_HANDSHAKE_TWICE"]],
  ]),
]);

/** What an error of a MySQL or MariaDB client says; `null` where it is none. */
export function failureOfMysql(error: unknown): Failure | null {
  const code = readText(error, "code") ?? "";
  const state = readText(error, "sqlState");
  const number = readNumber(error, "errno") ?? 0;
  const known = byName.get(code) ?? byNumber.get(number);
  if (known !== undefined) return { ...known, code: code === "" ? String(number) : code };
  // The MariaDB connector puts a SQLSTATE beside the codes of the system, which tell more.
  if (codes.has(code) || (state === undefined && !code.startsWith("ER_"))) return null;
  return { ...verdictOfState(state ?? ""), code: code === "" ? (state ?? "") : code };
}
