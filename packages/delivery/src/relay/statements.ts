import type { Store } from "../store.ts";
import type { QueryResult, SqlValue, Tx } from "../tx.ts";
import type { Claim, Claimed, Token } from "./claimed.ts";

/** A session, or a transaction on one: anything that runs a statement. */
export interface Runs {
  query(sql: string, params?: readonly SqlValue[], name?: string): Promise<QueryResult>;
}

/** What a claim asks for. */
export interface ClaimRequest {
  readonly limit: number;
  /** No more than these bytes in all, but one message at least. */
  readonly bytesMax: number;
  /** A hint that nothing older is ready; null looks from the beginning. */
  readonly from: string | null;
  /** Message names that are left out, or the only ones that are taken. */
  readonly types: { readonly without: readonly string[] } | { readonly only: readonly string[] };
  readonly leaseMs: number;
}

/** One attempt that failed, to be counted. */
export interface Failure {
  readonly token: Token;
  readonly waitMs: number;
  /** The attempts so far, as JSON. */
  readonly history: string;
}

/** A claim that is given back and does not count, and when the message is ready again. */
export interface Release {
  readonly token: Token;
  readonly waitMs: number;
}

/** What stands in the ordered outbox, without its body: enough to decide what to claim. */
export interface Pending {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly seq: number;
  readonly shard: number;
  readonly bytes: number;
  /** How long it has to wait, by the database's clock; 0 is not at all. */
  readonly waitMs: number;
  readonly started: number;
  readonly failed: number;
}

/** Where a reading of a shard goes on: behind this key. */
export interface ShardCursor {
  readonly shard: number;
  readonly type: string;
  readonly key: string;
}

/** What the relay says to the database, in one dialect. Every settle names the lease and changes no row of another claim. */
export interface RelayStatements {
  /** Leases ready messages, in the order of their ids; puts what is not due, and what is suspect, where it belongs. */
  claim(runs: RelaySession, request: ClaimRequest): Promise<Claim>;
  /** Leases the first suspect. */
  claimSuspect(runs: RelaySession, request: Pick<ClaimRequest, "leaseMs" | "types">): Promise<Claimed | null>;
  /** Makes ready what is due by now; resolves to how many, and in how many milliseconds the next one is due. */
  promote(
    runs: RelaySession,
    limit: number,
  ): Promise<{ readonly promoted: number; readonly nextMs: number | null }>;
  /** Deletes what was confirmed; resolves to how many rows there were. */
  settle(runs: RelaySession, tokens: readonly Token[]): Promise<number>;
  fail(runs: RelaySession, failures: readonly Failure[]): Promise<number>;
  release(runs: RelaySession, releases: readonly Release[]): Promise<number>;
  /** Moves the end of leases; resolves to the ids whose lease still was this one. */
  extend(runs: RelaySession, tokens: readonly Token[], leaseMs: number): Promise<ReadonlySet<string>>;
  /** Takes one row away for good, in a transaction. */
  remove(tx: Tx, token: Token): Promise<boolean>;
  /** The first messages of each key of some shards, key after key, from each cursor on; `limit` rows per shard. */
  pending(runs: RelaySession, cursors: readonly ShardCursor[], limit: number): Promise<readonly Pending[]>;
  /** Leases ordered messages, as long as their shards' leases are these. */
  claimOrdered(
    runs: RelaySession,
    request: {
      readonly ids: readonly string[];
      readonly epochs: ReadonlyMap<number, number>;
      readonly leaseMs: number;
    },
  ): Promise<readonly Claimed[]>;
}

/** What statements are run on. */
export interface RelaySession extends Runs {
  transaction<T>(work: (tx: Tx) => T | Promise<T>): Promise<T>;
}

/** A lease that ends further away than this was written by a clock that has since been set back, and is free. */
export const leaseMaxMs: number = 15 * 60_000;

/** The tables of the relay. */
export interface RelayTables {
  readonly outbox: string;
  readonly shard: string;
  readonly relay: string;
}

/** The relay's tables in a store. */
export function relayTables(tables: Store["tables"]): RelayTables {
  return {
    outbox: tables.of("outbox"),
    shard: tables.of("outbox_shard"),
    relay: tables.of("outbox_relay"),
  };
}
