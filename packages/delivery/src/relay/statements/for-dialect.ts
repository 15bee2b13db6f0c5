import type { Store } from "../../store.ts";
import { type RelayStatements, relayTables } from "../statements.ts";
import { mysqlStatements } from "./mysql.ts";
import { postgresStatements } from "./postgres.ts";
import { sqliteStatements } from "./sqlite.ts";

const dialects = { postgres: postgresStatements, mysql: mysqlStatements, sqlite: sqliteStatements };

/** The relay's statements for a store. */
export function statementsFor(store: Pick<Store, "dialect" | "tables">): RelayStatements {
  return dialects[store.dialect](relayTables(store.tables));
}
