import type { MessageDefinition } from "../message.ts";
import type { Publisher } from "../publisher.ts";
import type { Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import type { Tx } from "../tx.ts";
import type { SagaDefinition } from "./definition.ts";
import { deliverReply, type Reply } from "./deliver.ts";
import { forgetSagas } from "./forget.ts";
import { listSagas, type SagaFilter, type SagaSummary, type SagaView, showSaga } from "./read.ts";
import { sagaRegistry } from "./registry.ts";
import { type Retried, retrySaga } from "./retry.ts";
import { type SagaWorkerOptions, workerSettings } from "./settings.ts";
import { type Started, type StartOptions, startSaga } from "./start.ts";
import { type Waker, waker } from "./waker.ts";
import { runSagaWorker } from "./worker.ts";

/** What sagas need. */
export interface SagasOptions extends Surroundings {
  readonly store: Store;
  readonly publisher: Publisher;
  /** Every saga that may be started or under way here; older definitions stand in `previous` of the newest. */
  readonly definitions: readonly SagaDefinition[];
  readonly options?: SagaWorkerOptions;
}

/** The sagas of a store. */
export interface Sagas {
  /** Starts a saga in the caller's transaction. Call `wake` after the commit to have it begin at once. */
  start<Given>(
    tx: Tx,
    definition: SagaDefinition<Given>,
    input: NoInfer<Given>,
    options: StartOptions,
  ): Promise<Started>;
  /** Leads sagas on until the signal aborts. Any number of workers, here and elsewhere, share them. */
  run(signal: AbortSignal): Promise<void>;
  /** Has a worker of this process look at once. */
  wake(): void;
  /** Hands over a message's data, as its schema put it out, in the consumer's transaction. Call `wake` after the commit. */
  deliver(tx: Tx, type: string, data: unknown): Promise<Reply>;
  /** The kinds of message that `deliver` wants. */
  readonly replies: readonly MessageDefinition[];
  /** Whether any definition was given. */
  readonly any: boolean;
  get(id: string): Promise<SagaView>;
  /** Lists sagas, those that were created last first. `unknown-definition` are those under way that no definition here fits. */
  list(filter?: SagasFilter): AsyncIterable<SagaSummary>;
  /** Has a saga tried again at once, stuck or not. */
  retry(id: string): Promise<Retried>;
  /** Deletes what ended longer ago than `olderThanMs`; resolves to how many. Their ids may then be used anew. */
  forget(olderThanMs: number, signal?: AbortSignal): Promise<number>;
}

/** Which sagas to list. */
export interface SagasFilter extends Omit<SagaFilter, "status" | "definitionNotIn"> {
  readonly status?: SagaSummary["status"] | "unknown-definition";
}

/** Makes them. Throws CONFIGURATION for definitions and settings that cannot be. */
export function createSagas(given: SagasOptions): Sagas {
  const { store, clock, emit } = given;
  const registry = sagaRegistry(given.definitions);
  const { hashes, replies } = registry;
  const settings = workerSettings(given.options ?? {});
  const wakers = new Set<Waker>();
  const wake = (): void => {
    for (const one of wakers) one.wake();
  };
  return {
    start: (tx, definition, input, options) => startSaga(tx, { store, registry }, definition, input, options),
    async run(signal) {
      const own = waker(clock);
      wakers.add(own);
      try {
        await runSagaWorker({ ...given, registry, settings, waker: own }, signal);
      } finally {
        wakers.delete(own);
      }
    },
    wake,
    deliver: (tx, type, data) => deliverReply(tx, { store, registry, emit }, type, data),
    replies,
    any: hashes.length > 0,
    get: (id) => showSaga(store, id),
    list: ({ status, ...filter } = {}) => listSagas(store, { ...filter, ...statusOf(status, hashes) }),
    async retry(id) {
      const retried = await retrySaga({ store, registry }, id);
      if (retried === "resumed") wake();
      return retried;
    },
    forget: (olderThanMs, signal) => forgetSagas(store, olderThanMs, signal),
  };
}

function statusOf(
  status: SagasFilter["status"],
  hashes: readonly string[],
): Pick<SagaFilter, "status" | "definitionNotIn"> {
  if (status === undefined) return {};
  if (status !== "unknown-definition") return { status };
  return { status: ["running", "waiting", "compensating", "stuck"], definitionNotIn: hashes };
}
