import { DeliveryError } from "./errors.ts";
import type { Store } from "./store.ts";
import type { Dialect } from "./tx.ts";

/** Where a store's tables are. */
export interface TableOptions {
  /** A schema, in PostgreSQL. Default: `holdfast` there; elsewhere the connection's database. */
  readonly schema?: string;
  /** What every table's name begins with. Default: nothing in PostgreSQL, `holdfast_` elsewhere. */
  readonly prefix?: string;
}

const pattern = /^[a-z_][a-z0-9_]{0,30}$/;

/** The names of the tables; throws CONFIGURATION for a schema or prefix that is no plain lower-case identifier. */
export function tablesOf(dialect: Dialect, options: TableOptions = {}): Store["tables"] {
  const schema = options.schema ?? (dialect === "postgres" ? "holdfast" : null);
  const prefix = options.prefix ?? (dialect === "postgres" ? "" : "holdfast_");
  if (schema !== null) check("schema", schema);
  if (prefix !== "") check("prefix", prefix);
  if (schema !== null && dialect !== "postgres")
    throw new DeliveryError("CONFIGURATION", `schema is an option of PostgreSQL; ${dialect} has prefix.`);
  const quote = dialect === "mysql" ? "`" : '"';
  const quoted = (name: string): string => `${quote}${name}${quote}`;
  return {
    of: (name) => `${schema === null ? "" : `${quoted(schema)}.`}${quoted(`${prefix}${name}`)}`,
    bare: (name) => `${prefix}${name}`,
  };
}

function check(option: string, value: string): void {
  if (!pattern.test(value))
    throw new DeliveryError(
      "CONFIGURATION",
      `${option} is ${JSON.stringify(value)}; it takes lower-case letters, digits and underscores, 31 at most, and begins with no digit.`,
    );
}
