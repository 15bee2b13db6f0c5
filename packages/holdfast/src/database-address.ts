import { CodedError } from "@holdfast/core";

/** Where a database is. */
export type DatabaseAddress =
  | { readonly dialect: "postgres" | "mysql"; readonly url: string; readonly shown: string }
  | { readonly dialect: "sqlite"; readonly path: string; readonly shown: string };

const dialects: Readonly<Record<string, "postgres" | "mysql">> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};

/** The environment's name for the database, where no option names one. */
export const databaseVariable = "HOLDFAST_DATABASE_URL";

/**
 * Reads `postgres://…`, `mysql://…` or `sqlite:PATH`. What is told of it, here and everywhere else, is host and name alone: users, passwords and
 * parameters stay out of terminals and logs.
 */
export function databaseAddress(written: string | undefined): DatabaseAddress {
  if (written === undefined || written === "")
    throw new CodedError("USAGE", "no database is named", {
      remedy: `Pass --database postgres://…, mysql://… or sqlite:PATH, or set ${databaseVariable}.`,
    });
  if (written.startsWith("sqlite:")) {
    const path = written.slice("sqlite:".length).replace(/^\/\//, "");
    if (path !== "") return { dialect: "sqlite", path, shown: `sqlite:${path}` };
  }
  const url = URL.parse(written);
  const dialect = url === null ? undefined : dialects[url.protocol];
  if (url === null || dialect === undefined)
    throw new CodedError("USAGE", "the database's address is none that holdfast knows", {
      remedy: "Write postgres://user@host/name, mysql://user@host/name or sqlite:PATH.",
    });
  const shown = `${dialect}://${url.host}${url.pathname}`;
  return { dialect, url: written.replace(/^mariadb:/, "mysql:"), shown };
}
