import { DatabaseSync } from "node:sqlite";

/**
 * `node:sqlite` in the shape of `better-sqlite3`, the driver that query builders know. It has no binary to install, and the builders
 * cannot tell the difference in what they use.
 */
export class BetterSqliteDriver {
  readonly database: DatabaseSync;

  constructor(path: string | { readonly filename?: string }) {
    this.database = new DatabaseSync(typeof path === "string" ? path : (path.filename ?? ":memory:"));
  }

  prepare(sql: string): object {
    const statement = this.database.prepare(sql);
    const list = (values: unknown[]): never[] => (Array.isArray(values[0]) ? values[0] : values) as never[];
    return {
      reader: statement.columns().length > 0,
      all: (...values: unknown[]) => statement.all(...list(values)),
      get: (...values: unknown[]) => statement.get(...list(values)),
      run: (...values: unknown[]) => statement.run(...list(values)),
      safeIntegers: () => {},
    };
  }

  exec(sql: string): void {
    this.database.exec(sql);
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  transaction(run: (tx: unknown) => unknown): Record<"deferred", (tx: unknown) => unknown> {
    const deferred = (tx: unknown): unknown => {
      this.database.exec("BEGIN");
      try {
        const value = run(tx);
        this.database.exec("COMMIT");
        return value;
      } catch (failure) {
        this.database.exec("ROLLBACK");
        throw failure;
      }
    };
    return { deferred };
  }
}
