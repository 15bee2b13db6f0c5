import type { Consumable, ConsumerDefinition } from "../consume/definition.ts";
import type { Skipped } from "../consume/skip.ts";
import type { ConsumerStatistics } from "../consume/statistics.ts";
import type { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { DoctorLimits } from "../doctor/check.ts";
import type { DoctorReport } from "../doctor/index.ts";
import type { RouteGuarantee } from "../guarantees.ts";
import type { Idempotency } from "../idempotency/index.ts";
import type { Message, MessageDefinition } from "../message.ts";
import type { PlainMigration } from "../migrations.ts";
import type { Lineage } from "../publisher.ts";
import type { RelayStatistics } from "../relay/relay.ts";
import type { SagaDefinition } from "../saga/definition.ts";
import type { Sagas } from "../saga/sagas.ts";
import type { Started, StartOptions } from "../saga/start.ts";
import type { Backlog } from "../statistics.ts";
import type { TransactionOptions } from "../store.ts";
import type { Tx } from "../tx.ts";
import type { ConsumeOptions, PreparedWork, Role } from "./options.ts";
import type { Brokers, DestinationOf } from "./route-table.ts";

/** What the work of a transaction is given. */
export interface TransactionContext {
  readonly tx: Tx;
  /** Publishes with the transaction: written at its end, all in one statement. */
  publish(...messages: readonly Message[]): void;
}

/** A consumer's place among the ordered messages of a key. */
export interface SequencePlace {
  readonly consumer: string;
  readonly type: string;
  readonly key: string;
  /** CloudEvents `source` of the producer. Default: this delivery's own. */
  readonly source?: string;
}

/** Everything that delivery does, over one store. */
export interface Delivery<Named extends Brokers> {
  /**
   * Publishes in your own open transaction: a client of the store's driver, or a query builder's transaction through its adapter. One round
   * trip; the messages are there with your rows, or not at all. Resolves to their ids.
   */
  publish(
    handle: unknown,
    messages: Message | readonly Message[],
    lineage?: Lineage,
  ): Promise<readonly string[]>;
  /** The same without a promise, for `node:sqlite`. */
  publishSync(handle: unknown, messages: Message | readonly Message[], lineage?: Lineage): readonly string[];
  /** Publishes in a transaction of its own: for what goes with no rows of yours. */
  publishNow(messages: Message | readonly Message[], lineage?: Lineage): Promise<readonly string[]>;
  /**
   * Runs your work in a transaction and resolves only when the database confirmed its commit as one; then the relay is woken. On SQLite await
   * nothing but `tx` in it.
   */
  transaction<T>(
    work: (context: TransactionContext) => T | Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Says where kinds of messages go. With one broker alone it is needed only for options of its own. */
  route<Name extends keyof Named & string>(
    messages: MessageDefinition | readonly MessageDefinition[],
    broker: Name,
    destination?: DestinationOf<Named[Name]>,
  ): void;
  /** Declares a consumer; it works while `run` does. */
  consume<const Messages extends Consumable, Name extends keyof Named & string = keyof Named & string>(
    name: string,
    messages: Messages,
    handler: ConsumerDefinition<Messages>["handler"],
    options?: ConsumeOptions<Named, Name>,
  ): void;
  /** The same with a part before the transaction, for calls to others: `{ prepare, handler }`. */
  consume<
    const Messages extends Consumable,
    Prepared,
    Name extends keyof Named & string = keyof Named & string,
  >(
    name: string,
    messages: Messages,
    work: PreparedWork<Messages, Prepared>,
    options?: ConsumeOptions<Named, Name>,
  ): void;
  /** Starts a saga in your own open transaction; a worker takes it up after the commit. */
  start<Given>(
    handle: unknown,
    definition: SagaDefinition<Given>,
    input: NoInfer<Given>,
    options: StartOptions,
  ): Promise<Started>;
  /** Looks at sagas, has stuck ones tried again, and deletes those that ended long ago. */
  readonly sagas: Pick<Sagas, "get" | "list" | "retry" | "forget">;
  /** Makes an HTTP route idempotent; the framework's adapter is a subpath: `/http-node`, `/http-fastify`, `/http-express`, `/http-hono`. */
  readonly idempotent: Idempotency["idempotent"];
  /**
   * For operators: declares the ordered messages of a key up to `through` as dealt with for a consumer, so that what waits behind them goes on.
   */
  skip(place: SequencePlace, through: number): Promise<Skipped>;
  /** What was given up: list, show, redrive, discard. */
  readonly dead: DeadLetters;
  /** The schema as plain SQL, for your own tool. */
  migrations(): readonly PlainMigration[];
  /** Runs what was not run yet; resolves to the ids that it ran. */
  migrate(): Promise<readonly string[]>;
  /** Has this process' workers look at once: after a commit that `transaction` did not make. */
  wake(): void;
  /**
   * Relays, consumes and leads sagas on until the signal aborts or `close` is called, then ends what is under way. Rejects with
   * STORE_SCHEMA_MISSING or STORE_SCHEMA_OLD when migrations are missing; whatever else goes wrong it works on through.
   */
  run(options?: { readonly signal?: AbortSignal; readonly only?: readonly Role[] }): Promise<void>;
  /** What each declared route really guarantees, as data and as sentences. */
  guarantees(): readonly RouteGuarantee[];
  /** Asks database and brokers for what breaks a guarantee, each with its remedy. Changes nothing. */
  doctor(limits?: Partial<DoctorLimits>): Promise<DoctorReport>;
  /** What this process is doing and has done. */
  statistics(): {
    readonly relay: RelayStatistics;
    readonly consumers: Readonly<Record<string, ConsumerStatistics>>;
  };
  /** What waits in the store, and how long it has. */
  backlog(): Promise<Backlog>;
  /** Stops `run`, and closes brokers and store; pools that were handed in stay open. */
  close(): Promise<void>;
}
