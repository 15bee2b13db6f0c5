import { DeliveryError, type DeliveryErrorCode, isDeliveryError } from "./errors.ts";
import type { Dialect } from "./tx.ts";

type StoreCode = Extract<DeliveryErrorCode, `STORE_${string}` | "TX_TIMED_OUT">;

/** SQLSTATEs of PostgreSQL (appendix A of its manual), by their whole code or their class. */
const postgres: Readonly<Record<string, StoreCode>> = {
  "08": "STORE_UNREACHABLE",
  "57P01": "STORE_UNREACHABLE",
  "57P02": "STORE_UNREACHABLE",
  "57P03": "STORE_UNREACHABLE",
  "57P05": "STORE_UNREACHABLE",
  "25P03": "TX_TIMED_OUT",
  "25P04": "TX_TIMED_OUT",
  "53300": "STORE_UNREACHABLE",
  "28": "STORE_CREDENTIALS",
  "3D000": "STORE_CREDENTIALS",
  "42501": "STORE_CREDENTIALS",
  "42P01": "STORE_SCHEMA_MISSING",
  "3F000": "STORE_SCHEMA_MISSING",
  "42703": "STORE_SCHEMA_OLD",
  "53100": "STORE_NO_SPACE",
  "25006": "STORE_READ_ONLY",
  "55P03": "STORE_BUSY",
  "57014": "STORE_BUSY",
  "40": "STORE_CONFLICT",
};

/** Error numbers of MariaDB and MySQL. */
const mysql: Readonly<Record<number, StoreCode>> = {
  1040: "STORE_UNREACHABLE",
  1053: "STORE_UNREACHABLE",
  1927: "STORE_UNREACHABLE",
  1044: "STORE_CREDENTIALS",
  1045: "STORE_CREDENTIALS",
  1049: "STORE_CREDENTIALS",
  1142: "STORE_CREDENTIALS",
  1146: "STORE_SCHEMA_MISSING",
  1054: "STORE_SCHEMA_OLD",
  1021: "STORE_NO_SPACE",
  1114: "STORE_NO_SPACE",
  1290: "STORE_READ_ONLY",
  1792: "STORE_READ_ONLY",
  1836: "STORE_READ_ONLY",
  1205: "STORE_BUSY",
  3572: "STORE_BUSY",
  1969: "STORE_BUSY",
  1213: "STORE_CONFLICT",
  1020: "STORE_CONFLICT",
};

/** Primary result codes of SQLite. */
const sqlite: Readonly<Record<number, StoreCode>> = {
  5: "STORE_BUSY",
  6: "STORE_BUSY",
  8: "STORE_READ_ONLY",
  10: "STORE_UNREACHABLE",
  11: "STORE_UNREACHABLE",
  13: "STORE_NO_SPACE",
  14: "STORE_UNREACHABLE",
  26: "STORE_UNREACHABLE",
};

/** What sockets and drivers say when there is no connection, or no longer. */
const lost =
  /ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|CONNECTION_(LOST|CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|connection (terminated|closed|is closed|ended)|closed state|not queryable|timeout exceeded when trying to connect/i;

/** The code for a driver's failure, and the failure as its cause. A coded error passes as it is. */
export function storeError(dialect: Dialect, failure: unknown, doing: string): DeliveryError {
  if (isDeliveryError(failure)) return failure;
  const code = storeCodeOf(dialect, failure);
  return new DeliveryError(code, `${doing}: ${messageOf(failure)}`, { cause: failure });
}

/** What a driver's failure means. */
export function storeCodeOf(dialect: Dialect, failure: unknown): StoreCode {
  const { code, errno, errcode, message } = fieldsOf(failure);
  const known =
    dialect === "postgres"
      ? (postgres[String(code)] ?? postgres[String(code).slice(0, 2)])
      : dialect === "mysql"
        ? mysql[Number(errno)]
        : sqliteCode(Number(errcode), message);
  if (known !== undefined) return known;
  return lost.test(`${String(code)} ${message}`) ? "STORE_UNREACHABLE" : "STORE_FAILED";
}

function sqliteCode(extended: number, message: string): StoreCode | undefined {
  if (/no such table/.test(message)) return "STORE_SCHEMA_MISSING";
  if (/no such column|has no column/.test(message)) return "STORE_SCHEMA_OLD";
  return sqlite[extended & 0xff];
}

interface Fields {
  readonly code: unknown;
  readonly errno: unknown;
  readonly errcode: unknown;
  readonly message: string;
}

/** Query builders wrap the driver's failure; what it said is found along the causes. */
function fieldsOf(failure: unknown): Fields {
  for (let at = failure, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errno, errcode } = at as Partial<Record<"code" | "errno" | "errcode", unknown>>;
    if (code !== undefined || errno !== undefined || errcode !== undefined)
      return { code, errno, errcode, message: at.message };
  }
  return { code: undefined, errno: undefined, errcode: undefined, message: messageOf(failure) };
}

function messageOf(failure: unknown): string {
  if (failure instanceof AggregateError && failure.message === "")
    return failure.errors.map(messageOf).join("; ");
  return failure instanceof Error ? failure.message : String(failure);
}

/** Whether trying the same again may go well without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  return (
    isDeliveryError(error) &&
    (error.code === "STORE_UNREACHABLE" ||
      error.code === "STORE_BUSY" ||
      error.code === "STORE_CONFLICT" ||
      error.code === "STORE_NO_SPACE")
  );
}
