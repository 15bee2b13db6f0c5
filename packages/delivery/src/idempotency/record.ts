import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";

/** Whose key it is, and which: one record each. */
export interface Entry {
  readonly scope: string;
  readonly key: string;
}

/** An answer as it is kept. */
export interface StoredResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null where there is none, and where it was too large or a stream. */
  readonly body: Uint8Array | null;
  /** False where the body could not be kept: the answer cannot be given again, only told of. */
  readonly replayable: boolean;
}

/** Results of steps, by name. JSON values. */
export type Steps = Readonly<Record<string, unknown>>;

/** `running`: claimed. `completed`: answered. `failed`: ended in a way that may be tried again. */
export type RecordState = "running" | "completed" | "failed";

/** What a record is written with. Times are spans; the store's own clock makes points of them. */
export interface RecordDraft {
  readonly state: RecordState;
  /** The fence: every claim brings a fresh one, every later write names it. */
  readonly token: string;
  readonly fingerprint: string;
  /** Which run of the work it is, from 1. */
  readonly attempt: number;
  /** How long from now nobody else may run; 0 unless running. */
  readonly leaseMs: number;
  /** How long from now the record is remembered. */
  readonly ttlMs: number;
  readonly steps: Steps;
  readonly response: StoredResponse | null;
}

/** A record as it was read, with the store's clock at that moment. */
export interface Seen extends Omit<RecordDraft, "leaseMs" | "ttlMs"> {
  readonly nowMs: number;
  readonly untilMs: number;
  readonly expiresMs: number;
}

/** Which record a write means: the one that its owner still holds, or the one that is exactly as it was seen. */
export type Condition =
  | { readonly kind: "held"; readonly token: string }
  | { readonly kind: "seen"; readonly token: string; readonly untilMs: number };

/** Records, read and written one at a time, each operation atomic. They reject with a `DeliveryError` with a code `STORE_…`. */
export interface IdempotencyRecords {
  find(entry: Entry): Promise<Seen | null>;
  /** Writes a record where there is none; resolves to whether there was none. */
  insert(entry: Entry, draft: RecordDraft): Promise<boolean>;
  /** Writes over the record that meets the condition, or removes it where `draft` is null; resolves to whether it did. */
  replace(entry: Entry, condition: Condition, draft: RecordDraft | null): Promise<boolean>;
}

/** What a store of records is known to do, as data; the conformance suite proves it. */
export interface IdempotencyGuarantees {
  /** What was kept survives a crash of the server, as far as the store can be asked. */
  readonly durable: boolean;
  /** Key, work and answer can be one transaction. */
  readonly transactional: boolean;
}

/** Where keys and answers are kept. */
export interface IdempotencyStore {
  /** `postgres`, `mysql`, `sqlite`, `redis`. */
  readonly kind: string;
  readonly guarantees: IdempotencyGuarantees;
  /** Records outside of any transaction. */
  readonly records: IdempotencyRecords;
  /** The database whose transactions the records can be part of; null where there is none. */
  readonly database: IdempotencyDatabase | null;
}

/** A database that holds records. */
export interface IdempotencyDatabase {
  readonly store: Store;
  recordsIn(tx: Tx): IdempotencyRecords;
}
