import type { Emit } from "../events.ts";
import type { Lineage, Publisher } from "../publisher.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Arrival } from "./idempotency-state.ts";
import type { ContextOf, IdempotencyMode } from "./options.ts";
import type { Entry, IdempotencyRecords, IdempotencyStore } from "./record.ts";
import type { RouteSettings } from "./route-settings.ts";

/** What idempotency works with. */
export interface IdempotencyWorld {
  readonly surroundings: Surroundings;
  /** Where keys are kept unless a route says otherwise. */
  readonly store: IdempotencyStore | null;
  /** What writes messages into the outbox; null where there is none. */
  readonly publisher: Publisher | null;
}

/** One request on its way through a mode. */
export interface Job<Mode extends IdempotencyMode = IdempotencyMode> {
  readonly world: IdempotencyWorld;
  readonly settings: RouteSettings;
  readonly store: IdempotencyStore;
  readonly entry: Entry;
  /** False for a request without a key, which runs on records that keep nothing. */
  readonly keyed: boolean;
  readonly arrival: Arrival;
  readonly origin: unknown;
  /** What messages take over: the request's trace and baggage. */
  readonly lineage: Lineage;
  /** Calls the handler with the whole request. */
  readonly work: (context: ContextOf<Mode>) => Promise<Response>;
}

/** Records that keep nothing: every arrival is the first one. */
const noRecords: IdempotencyRecords = {
  find: () => Promise.resolve(null),
  insert: () => Promise.resolve(true),
  replace: () => Promise.resolve(true),
};

/** The same store without a memory: for requests without a key, and for a store that is down. */
export function forgetful(store: IdempotencyStore): IdempotencyStore {
  const { database } = store;
  return {
    ...store,
    records: noRecords,
    database: database === null ? null : { store: database.store, recordsIn: () => noRecords },
  };
}

/** Reports with what every event of a job has. */
export function report(
  job: Job,
  event:
    | {
        readonly type: "idempotency.ran";
        readonly status: number;
        readonly kept: boolean;
        readonly attempt: number;
        readonly durationMs: number;
      }
    | { readonly type: "idempotency.replayed"; readonly status: number }
    | { readonly type: "idempotency.lease-lost" },
): void {
  const emit: Emit = job.world.surroundings.emit;
  emit({ ...event, mode: job.settings.mode, scope: job.entry.scope, key: job.entry.key });
}

/** Reports a failure that the client is told of in another way, or not at all. */
export function reportError(job: Job, doing: string, error: unknown): void {
  job.world.surroundings.emit({ type: "idempotency.error", doing, error });
}
