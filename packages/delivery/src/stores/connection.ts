import { DeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import type { Dialect, QueryResult, SqlValue } from "../tx.ts";

/** A driver's connection, as the two client–server databases need it. */
export interface Connection {
  query(
    sql: string,
    params: readonly SqlValue[],
    name?: string,
  ): Promise<QueryResult & { readonly command: string }>;
  /** Gives it back to its pool. */
  release(): void;
  /** Ends it: it is broken, or its settings were changed. Resolves, where it takes its time, when that is done. Never rejects. */
  destroy(): void | Promise<void>;
}

/** How long an answer of the database may take before the connection counts as lost, in milliseconds. */
export const answerTimeoutMs = 30_000;

/** A connection within the limit: a pool waits for ever where its server took the socket and says nothing. One that comes late is given back. */
export function withinLimit(acquiring: Promise<Connection>, limitMs: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new DeliveryError("STORE_UNREACHABLE", `No connection was to be had within ${limitMs} ms.`));
    }, limitMs);
    acquiring.then(
      (connection) => {
        clearTimeout(timer);
        if (late) connection.release();
        else resolve(connection);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** A connection whose failures are coded, and which counts as lost when an answer does not come in time. */
export interface Guarded {
  readonly broken: () => boolean;
  /** Counts it as lost, though it may answer: nobody is to have it next. */
  giveUp(): void;
  query(
    sql: string,
    params?: readonly SqlValue[],
    name?: string,
  ): Promise<QueryResult & { readonly command: string }>;
}

/** Puts a limit and codes on a connection's answers: a half-open socket would let a worker wait for ever. */
export function guarded(dialect: Dialect, connection: Connection, limitMs: number): Guarded {
  let broken = false;
  const fail = (error: unknown, doing: string): DeliveryError => {
    const coded = storeError(dialect, error, doing);
    if (coded.code === "STORE_UNREACHABLE" || coded.code === "TX_TIMED_OUT") broken = true;
    return coded;
  };
  return {
    broken: () => broken,
    giveUp: () => {
      broken = true;
    },
    query: (sql, params = [], name) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          broken = true;
          connection.destroy();
          reject(
            new DeliveryError(
              "STORE_UNREACHABLE",
              `The database did not answer within ${limitMs} ms; the connection was given up.`,
            ),
          );
        }, limitMs);
        connection.query(sql, params, name).then(
          (result) => {
            clearTimeout(timer);
            resolve(result);
          },
          (error) => {
            clearTimeout(timer);
            reject(fail(error, "The database refused a statement"));
          },
        );
      }),
  };
}
