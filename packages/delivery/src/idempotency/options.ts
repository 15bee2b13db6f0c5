import type { Message } from "../message.ts";
import type { Lineage } from "../publisher.ts";
import type { Tx } from "../tx.ts";
import type { IdempotencyStore } from "./record.ts";

/**
 * How strong a route's promise is.
 *
 * - `tx`: key, work, messages and answer are one transaction: done once, whatever crashes. For work in the database alone. An answer that is
 *   not kept (5xx, 401, 403, 408, 409, 413, 425, 429, dismissed) takes what was written with it: the transaction is rolled back.
 * - `lease`: the key is claimed first and the answer kept last. A run that was cut short is taken up at its last recovery point by the next
 *   arrival. For work that calls others.
 * - `cache`: an answer that was given is given again. Nothing is claimed: requests that arrive together each run.
 */
export type IdempotencyMode = "tx" | "lease" | "cache";

/** Settings of a route. `Origin` is what the framework's adapter hands over beside the request. */
export interface IdempotentOptions<Mode extends IdempotencyMode, Origin = unknown> {
  readonly mode: Mode;
  /**
   * Whose key it is: the tenant or user, authenticated, since an answer that is given again passes the handler by. Keys of different scopes
   * never meet. At most 255 characters.
   */
  readonly scope: (request: Request, origin: Origin) => string | Promise<string>;
  /** Where keys are kept. Default: the database of the delivery. */
  readonly store?: IdempotencyStore;
  /** What names the operation in the fingerprint. Default: the path and query of the URL. */
  readonly route?: string;
  /** How long a key is remembered, in milliseconds; no shorter than clients try again. Default: 24 hours. */
  readonly ttlMs?: number;
  /** How long a run that is silent keeps its key, in milliseconds; renewed while it runs. For `lease`. Default: 30,000. */
  readonly leaseMs?: number;
  /**
   * How long a duplicate waits for the first one's end before 409, in milliseconds. In mode `tx` it is the limit for every lock of the
   * transaction (whole seconds in MySQL and MariaDB). Default: 2,000 in mode `tx`, otherwise 0.
   */
  readonly waitMs?: number;
  /** The largest request body; 413 above it. Default: 1 MiB. */
  readonly bodyBytesMax?: number;
  /** The largest answer that is kept whole; a larger one is sent, and told of with 409 when asked for again. Default: 64 KiB. */
  readonly responseBytesMax?: number;
  /** Whether a request without a key is refused with 400; otherwise it just runs. Default: true. */
  readonly required?: boolean;
  /** Without the store: refuse with 503 (`closed`), or run without the promise (`open`, not in mode `tx`). Default: `closed`. */
  readonly onStoreFailure?: "closed" | "open";
  /** After a run that failed (5xx, or thrown): the next arrival runs again, or gets the failure again. Default: `rerun`. */
  readonly retryable?: "rerun" | "replay";
  /** Headers that are kept beside the usual ones. Default: none. */
  readonly keepHeaders?: readonly string[];
  /** Request headers that tell requests apart. Default: `content-type`. */
  readonly fingerprintHeaders?: readonly string[];
}

/** What every handler is given beside the request. */
export interface IdempotentContext<Origin = unknown> {
  /** The key; null for a request without one. */
  readonly key: string | null;
  readonly scope: string;
  /** 1, or more where an earlier run was cut short or failed. */
  readonly attempt: number;
  /** The last step that is recorded, of this run or an earlier one; null before the first. */
  readonly recoveryPoint: string | null;
  /** Aborts when another one has taken the key over. A client that goes away aborts nothing. */
  readonly signal: AbortSignal;
  /** What the framework's adapter handed over. */
  readonly origin: Origin;
  /** What follows from the request takes over, its trace and baggage: for `d.start`, and for publishing elsewhere. `publish` has it already. */
  readonly lineage: Lineage;
  /**
   * Does a part of the work once per key. `run` gets a key for the other side, the same in every attempt, and its result, which must be
   * JSON, is recorded in mode `lease`: a later run gets it without running.
   */
  step<T>(name: string, run: (key: string) => T | Promise<T>): Promise<T>;
  /** Answers without keeping the answer: for what is refused before anything was begun. In mode `tx` what was written is rolled back. */
  dismiss(response: Response): Response;
}

/** What a handler in mode `tx` is given as well. */
export interface TxContext<Origin = unknown> extends IdempotentContext<Origin> {
  readonly tx: Tx;
  /** Publishes messages with the transaction; resolves to their ids. */
  publish(...messages: readonly Message[]): Promise<readonly string[]>;
}

/** What is at hand within `atomic`. */
export interface AtomicContext {
  readonly tx: Tx;
  readonly key: string;
  publish(...messages: readonly Message[]): Promise<readonly string[]>;
}

/** What a handler in mode `lease` is given as well. */
export interface LeaseContext<Origin = unknown> extends IdempotentContext<Origin> {
  /** A step in the database: its rows, its messages and its recovery point are one transaction. Not on Redis. */
  atomic<T>(name: string, run: (context: AtomicContext) => T | Promise<T>): Promise<T>;
}

/** What a handler is given, by mode. */
export type ContextOf<Mode extends IdempotencyMode, Origin = unknown> = Mode extends "tx"
  ? TxContext<Origin>
  : Mode extends "lease"
    ? LeaseContext<Origin>
    : IdempotentContext<Origin>;
