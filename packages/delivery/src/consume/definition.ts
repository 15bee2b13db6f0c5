import type { Backoff } from "@holdfast/core";
import type { DeadReason } from "../dead-letters/dead-letter.ts";
import type { Envelope } from "../envelope.ts";
import type { Message, MessageDefinition } from "../message.ts";
import type { Lineage } from "../publisher.ts";
import type { SchemaOutput } from "../standard-schema.ts";
import type { Tx } from "../tx.ts";

/** One kind of message, or several. */
export type Consumable = MessageDefinition | readonly MessageDefinition[];

type Each<Messages> = Messages extends readonly (infer One)[] ? One : Messages;
type OutputOf<One> = One extends { readonly schema: infer Schema } ? SchemaOutput<Schema> : never;
type TypeOf<One> = One extends { readonly type: infer Type extends string } ? Type : never;

/** What a handler gets: the output of the schemas. */
export type DataOf<Messages> = OutputOf<Each<Messages>>;

/** What a handler may use beside the data. */
export interface HandlerContext<Type extends string = string> {
  /**
   * The transaction in which the message is noted as handled: what is written here is committed with that or not at all. It ends with
   * the handler. On SQLite await nothing but it: SQLite has one writer; other work belongs into `prepare`.
   */
  readonly tx: Tx;
  /** Publishes in that transaction: written at the handler's end, all in one statement, as caused by this message. */
  publish(message: Message): void;
  /** An idempotency key for a call to somebody else: the same for this consumer, message and step, whenever and wherever it is tried. */
  key(step: string): string;
  /** The message's name. */
  readonly type: Type;
  /** From 1; grows with each failure that was counted. */
  readonly attempt: number;
  /** Aborts at the time limit, at a stop that takes too long, and when another worker has taken over. */
  readonly signal: AbortSignal;
  /** The place among the messages of its key, from 1 without gaps; null where the message is not ordered. */
  readonly seq: number | null;
  readonly envelope: Envelope;
  readonly messageId: string;
  /** What follows from this message takes over: for `d.start`, and for publishing in another transaction. `publish` has it already. */
  readonly lineage: Lineage;
  /** The message's trace, with a span for this attempt, as headers to spread into a request; empty where it came without one. */
  readonly traceHeaders: Readonly<Record<string, string>>;
}

/** What `prepare` may use beside the data. */
export type PrepareContext<Type extends string = string> = Pick<
  HandlerContext<Type>,
  "key" | "type" | "attempt" | "signal" | "envelope" | "messageId" | "lineage" | "traceHeaders"
>;

/** A message that was given up, for whoever is told so. */
export interface GivenUp {
  readonly consumer: string;
  readonly envelope: Envelope;
  readonly reason: DeadReason;
  readonly error: string;
}

/** What happens to the messages of a key when one before them is missing. */
export interface SequenceOptions {
  /** When a gap is reported as `consume.gap`, in milliseconds. Default: 60,000. */
  readonly reportGapAfterMs?: number;
  /**
   * When those that wait become dead letters (`gap`), in milliseconds, so that a hole that nobody fills does not keep them for ever.
   * Redriving them in any order works as soon as the hole is filled. Default: 7 days.
   */
  readonly giveUpGapAfterMs?: number;
  /**
   * What a message that became a dead letter means for those behind it. `hold`: they wait until it is redriven or skipped: the
   * handler never sees a hole. `skip`: they go on, and a redrive applies it late. Default: hold.
   */
  readonly afterDeadLetter?: "hold" | "skip";
  /**
   * Where a key begins that this consumer has not seen: at 1, or at what arrives first, for a consumer that joins a stream which is already
   * going. What then arrives from before it becomes a dead letter (`gap`). Default: one.
   */
  readonly beginAt?: "one" | "first-arrival";
}

/** A consumer: which messages, what to do with each, and how often. */
export interface ConsumerDefinition<Messages extends Consumable, Prepared = undefined> {
  /** Its identity in inbox and broker: 1 to 100 characters of `a-z0-9._-`. Two consumers each handle a message once. */
  readonly name: string;
  readonly messages: Messages;
  /** Handles one message. Runs again after a failure, and takes effect once. */
  readonly handler: (
    data: DataOf<Messages>,
    context: HandlerContext<TypeOf<Each<Messages>>>,
    prepared: Prepared,
  ) => void | Promise<void>;
  /**
   * Runs before the transaction, for what should not be done inside of one, such as calls to others. May run again for the same message:
   * pass `key(step)` on. What it gives is the handler's third argument. Default: none.
   */
  readonly prepare?: (
    data: DataOf<Messages>,
    context: PrepareContext<TypeOf<Each<Messages>>>,
  ) => Prepared | Promise<Prepared>;
  /** Attempts under way at once, each with a connection of the store. Default: 32. */
  readonly concurrency?: number;
  /** Failures until a message is given up. Default: 12. */
  readonly attempts?: number;
  /** Default: 1 s, doubling up to 1 h, full jitter. */
  readonly backoff?: Partial<Backoff>;
  /**
   * How long a message that comes again is recognised: a duration such as `7d`; older ones are refused as `too-old`. Or `sequence`, for
   * ordered messages: handled in order and once per key, for ever, with one row per key. Default: 7d.
   */
  readonly dedupe?: string;
  readonly sequence?: SequenceOptions;
  /** How long `prepare` and `handler` may take each, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Told after a message was given up. Its own failure is reported and changes nothing. Default: none. */
  readonly onDeadLetter?: (givenUp: GivenUp) => void | Promise<void>;
  /** How long a parked message stays with a worker that says nothing, in milliseconds. Default: 60,000. */
  readonly leaseMs?: number;
  /** How long a transaction waits for a lock, such as that of a duplicate under way, in milliseconds. Default: 5,000. */
  readonly lockTimeoutMs?: number;
  /** How often parked messages are looked for, in milliseconds. Default: 1,000. */
  readonly pollMs?: number;
  /** How long handlers may go on after the stop, in milliseconds. Default: 10,000. */
  readonly stopTimeoutMs?: number;
}
