import type { Classifier } from "../failure.ts";
import { failureOfError, type Look } from "./failure-of-error.ts";
import { failureOfMysql } from "./sql-mysql.ts";
import { failureOfSqlite } from "./sql-sqlite.ts";
import { failureOfState } from "./sql-state.ts";

const failureOfSql: Look = (error) =>
  failureOfMysql(error) ?? failureOfSqlite(error) ?? failureOfState(error);

/** Judges errors of clients of PostgreSQL, MySQL, MariaDB and SQLite by their codes; every answer is a success. */
export const sql: Classifier = (end) =>
  end.threw ? failureOfError(end.error, end.wallMs, failureOfSql) : null;
