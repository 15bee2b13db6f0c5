import { CodedError, isCodedError } from "@holdfast/core";
import type { Store } from "@holdfast/delivery";

/** Where delivery's tables are in a database; `schema` is null where there is none. */
interface Place {
  readonly schema: string | null;
  readonly prefix: string;
}

/** Every table whose name ends as that of the outbox or of dead letters does. */
const questions: Readonly<Record<Store["dialect"], string>> = {
  postgres:
    "select schemaname as home, tablename as name from pg_catalog.pg_tables where right(tablename, 6) = 'outbox' or right(tablename, 11) = 'dead_letter' order by 1, 2",
  mysql:
    "select null as home, table_name as name from information_schema.tables where table_schema = database() and (right(table_name, 6) = 'outbox' or right(table_name, 11) = 'dead_letter') order by table_name",
  sqlite:
    "select null as home, name from sqlite_master where type = 'table' and (substr(name, -6) = 'outbox' or substr(name, -11) = 'dead_letter') order by name",
};

/** What `--schema` and `--prefix` can say. */
const sayable = /^[a-z_][a-z0-9_]{0,30}$/;
const toldMost = 8;

/** The failure as it is to be told: one of missing tables says in which schemas, by which prefixes, they are; every other one as it is. */
export async function withPlaces(failure: unknown, store: Store): Promise<unknown> {
  if (!isCodedError(failure) || failure.code !== "STORE_SCHEMA_MISSING") return failure;
  const remedy = await placesRemedy(store);
  if (remedy === null) return failure;
  return new CodedError(failure.code, failure.message, { remedy, cause: failure });
}

/** What to do where tables are missing; reads only. `null` where some are there, or where the database cannot be asked. */
export async function placesRemedy(store: Store): Promise<string | null> {
  const places = await placesIn(store).catch(() => null);
  if (places === null || places.some((place) => isNamed(place, store))) return null;
  const [first] = places;
  if (first === undefined)
    return "This database has no tables of Holdfast under any schema or prefix: name the database of your service, or make them by d.migrate(), or by d.migrations() in your own tool.";
  const told = places.slice(0, toldMost).map((place) => optionsOf(place, store));
  const rest = places.length > toldMost ? ` and ${places.length - toldMost} more` : "";
  return places.length === 1
    ? `Holdfast's tables are elsewhere in this database: pass ${told[0]}.`
    : `Holdfast's tables are elsewhere in this database: pass one of ${told.join(", ")}${rest}.`;
}

async function placesIn(store: Store): Promise<readonly Place[]> {
  const session = await store.connect({ purpose: "holdfast" });
  try {
    const { rows } = await session.query(questions[store.dialect]);
    const tables = rows.map(({ home, name }) => ({
      schema: home === null || home === undefined ? null : String(home),
      name: String(name),
    }));
    return tables.flatMap(({ schema, name }) => {
      if (!name.endsWith("outbox")) return [];
      const prefix = name.slice(0, -"outbox".length);
      const both = tables.some((one) => one.schema === schema && one.name === `${prefix}dead_letter`);
      return both && isSayable(schema) && isSayable(prefix) ? [{ schema, prefix }] : [];
    });
  } finally {
    await session.close();
  }
}

function isSayable(written: string | null): boolean {
  return written === null || written === "" || sayable.test(written);
}

/** Whether these are the tables that were looked for. */
function isNamed({ schema, prefix }: Place, { tables }: Store): boolean {
  const table = `${prefix}outbox`;
  return (
    tables.bare("outbox") === table && (schema === null || tables.of("outbox") === `"${schema}"."${table}"`)
  );
}

/** Written out also where it is the default: another one may have been passed. */
function optionsOf({ schema, prefix }: Place, { tables }: Store): string {
  if (schema === null) return `--prefix ${prefix === "" ? '""' : prefix}`;
  if (prefix !== "") return `--schema ${schema} --prefix ${prefix}`;
  return tables.bare("") === "" ? `--schema ${schema}` : `--schema ${schema} and no --prefix`;
}
