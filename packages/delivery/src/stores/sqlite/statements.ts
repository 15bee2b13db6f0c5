import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { storeError } from "../../sql-failure.ts";
import type { QueryResult, SqlValue, SyncTx } from "../../tx.ts";

/** Statements of a database, prepared once each. */
export interface Statements {
  run(sql: string, params: readonly SqlValue[]): QueryResult;
  readonly database: DatabaseSync;
}

/** How many statements stay prepared per connection. */
const preparedMax = 200;
const known = new WeakMap<DatabaseSync, Statements>();

/** The prepared statements of a connection. */
export function statementsOf(database: DatabaseSync): Statements {
  const made = known.get(database) ?? makeStatements(database);
  known.set(database, made);
  return made;
}

function makeStatements(database: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const found = prepared.get(sql);
    if (found !== undefined) return found;
    if (prepared.size >= preparedMax) prepared.clear();
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    database,
    run(sql, params) {
      try {
        const statement = prepare(sql);
        const values = params.map(bindable);
        if (statement.columns().length === 0) {
          const { changes } = statement.run(...values);
          return { rows: [], count: Number(changes) };
        }
        const rows = statement.all(...values);
        return { rows, count: rows.length };
      } catch (error) {
        throw storeError("sqlite", error, "SQLite refused a statement");
      }
    },
  };
}

function bindable(value: SqlValue): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  return value as SQLInputValue;
}

/** An open transaction of a connection. */
export function sqliteTx(statements: Statements): SyncTx {
  return {
    dialect: "sqlite",
    querySync: (sql, params = []) => statements.run(sql, params),
    query: async (sql, params = []) => statements.run(sql, params),
  };
}
