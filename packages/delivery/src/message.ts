import { DeliveryError } from "./errors.ts";
import type { SchemaInput, StandardSchema } from "./standard-schema.ts";

const brand: unique symbol = Symbol.for("holdfast.delivery.message") as never;

/** What a kind of message is made of. */
export interface MessageOptions<Schema extends StandardSchema, Ordered extends boolean = boolean> {
  /** Any Standard Schema. The producer's value is checked against it and sent as it was given; consumers get the schema's output. */
  readonly schema: Schema;
  /** What a message is about, 1 to 255 characters: an order's id. Default: none. */
  readonly key?: (data: SchemaInput<Schema>) => string;
  /**
   * Messages of one key arrive in the order of their commits and carry `seq`, 1, 2, 3, … without gaps. Producers of one key then wait for each
   * other from publish to commit: publish late in the transaction. Needs `key`. Default: false.
   */
  readonly ordered?: Ordered;
  /** CloudEvents `dataschema`: a URI that names the schema and its version. Default: none. */
  readonly dataschema?: string;
}

/** What one message may say for itself. */
export interface MessageValueOptions {
  /** A UUID instead of a fresh one: to make publishing it twice one message. */
  readonly id?: string;
  /** Extension attributes: lower-case letters, digits and hyphens; values of printable text. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Not before this many milliseconds after the commit, by the database's clock. Not for ordered messages. Default: 0. */
  readonly delayMs?: number;
}

/** A message as a value: it is sent when it is published, and not before. */
export interface Message<Type extends string = string, Data = unknown> extends MessageValueOptions {
  readonly [brand]: true;
  readonly type: Type;
  readonly data: Data;
  readonly definition: MessageDefinition<Type>;
}

/** What is known of a kind of message. */
export interface MessageDefinition<
  Type extends string = string,
  Schema extends StandardSchema = StandardSchema,
> {
  readonly type: Type;
  readonly schema: Schema;
  readonly ordered: boolean;
  readonly dataschema: string | null;
  /** The key of a value; null where the kind has none. Throws MESSAGE_KEY_INVALID. */
  keyOf(data: unknown): string | null;
}

/** A kind of message: call it with the data to get a message. */
export interface MessageType<Type extends string = string, Schema extends StandardSchema = StandardSchema>
  extends MessageDefinition<Type, Schema> {
  (data: SchemaInput<Schema>, options?: MessageValueOptions): Message<Type, SchemaInput<Schema>>;
}

const typePattern = /^[a-z0-9][a-z0-9._-]{0,126}$/;

/** Declares a kind of message. Throws CONFIGURATION for a name that no broker can carry and for `ordered` without a key. */
export function message<const Type extends string, Schema extends StandardSchema>(
  type: Type,
  options: MessageOptions<Schema>,
): MessageType<Type, Schema> {
  if (!typePattern.test(type))
    throw new DeliveryError(
      "CONFIGURATION",
      `The message name ${JSON.stringify(type)} is not one: lower-case letters, digits, dots, hyphens and underscores, 127 at most.`,
    );
  if (typeof options.schema?.["~standard"]?.validate !== "function")
    throw new DeliveryError(
      "CONFIGURATION",
      `${type} has no schema: it takes a Standard Schema, such as one of Zod or Valibot.`,
    );
  if (options.ordered === true && options.key === undefined)
    throw new DeliveryError(
      "CONFIGURATION",
      `${type} is ordered and has no key: messages are ordered by key.`,
    );
  const definition: MessageDefinition<Type, Schema> = {
    type,
    schema: options.schema,
    ordered: options.ordered ?? false,
    dataschema: options.dataschema ?? null,
    keyOf: (data) =>
      options.key === undefined ? null : checkedKey(type, options.key(data as SchemaInput<Schema>)),
  };
  const make = (
    data: SchemaInput<Schema>,
    value: MessageValueOptions = {},
  ): Message<Type, SchemaInput<Schema>> => ({
    ...value,
    [brand]: true,
    type,
    data,
    definition,
  });
  return Object.assign(make, definition);
}

/** Whether a value was made by calling a kind of message. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && (value as Partial<Message>)[brand] === true;
}

function checkedKey(type: string, key: unknown): string {
  const problem = problemOfKey(key);
  if (problem === null) return key as string;
  throw new DeliveryError("MESSAGE_KEY_INVALID", `The key of a ${type} ${problem}.`);
}

/** Brokers carry keys in headers, and MariaDB takes two texts for one that differ in the blanks at their end. */
function problemOfKey(key: unknown): string | null {
  if (typeof key !== "string") return `is ${String(key)}, which is no text`;
  if (key.length < 1 || key.length > 255) return `has ${key.length} characters; it takes 1 to 255`;
  if (key.trim() !== key) return "begins or ends with white space";
  return /[\p{Cc}\p{Cs}]/u.test(key) ? "holds characters that cannot be printed" : null;
}
