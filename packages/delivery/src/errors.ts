import { CodedError } from "@holdfast/core";

/** Stable codes of what can go wrong in delivery; the set is closed. */
export type DeliveryErrorCode =
  | "MESSAGE_INVALID"
  | "MESSAGE_UNSERIALISABLE"
  | "MESSAGE_TOO_LARGE"
  | "MESSAGE_HEADER_INVALID"
  | "MESSAGE_KEY_INVALID"
  | "MESSAGE_ROUTE_MISSING"
  | "MESSAGE_UNREADABLE"
  | "TX_NOT_A_TRANSACTION"
  | "TX_UNKNOWN_HANDLE"
  | "TX_WRONG_DIALECT"
  | "TX_CONTROL_STATEMENT"
  | "TX_ROLLED_BACK"
  | "TX_COMMIT_UNKNOWN"
  | "TX_AWAITS_OUTSIDE"
  | "TX_TIMED_OUT"
  | "STORE_UNREACHABLE"
  | "STORE_CREDENTIALS"
  | "STORE_SCHEMA_MISSING"
  | "STORE_SCHEMA_OLD"
  | "STORE_NO_SPACE"
  | "STORE_READ_ONLY"
  | "STORE_BUSY"
  | "STORE_CONFLICT"
  | "STORE_FAILED"
  | "BROKER_UNREACHABLE"
  | "BROKER_CREDENTIALS"
  | "BROKER_MISCONFIGURED"
  | "CONFIGURATION"
  | "LEASE_LOST"
  | "HANDLER_TIMEOUT"
  | "IDEMPOTENCY"
  | "SAGA_EXISTS"
  | "SAGA_UNKNOWN"
  | "SAGA_DEFINITION_UNKNOWN"
  | "SAGA_INPUT_INVALID"
  | "SAGA_LOCKED"
  | "SAGA_STEP_TIMEOUT"
  | "SAGA_RESULT_UNSERIALISABLE"
  | "DISPOSED";

const remedies: Readonly<Record<DeliveryErrorCode, string>> = {
  MESSAGE_INVALID: "Hand over what the message's schema asks for; nothing was written.",
  MESSAGE_UNSERIALISABLE:
    "A message is JSON: turn what stands at that place into a text, a number, a list or a record.",
  MESSAGE_TOO_LARGE:
    "Store the payload elsewhere and send a reference, or raise payloadBytesMax below what the broker takes.",
  MESSAGE_HEADER_INVALID:
    "Header names are lower-case letters, digits and hyphens; values are printable text without line breaks.",
  MESSAGE_KEY_INVALID:
    "A key is a printable text of 1 to 255 characters without white space around it; an ordered message needs one.",
  MESSAGE_ROUTE_MISSING: 'Name its broker once: d.route(Message, "bus").',
  MESSAGE_UNREADABLE:
    "Let its producer send CloudEvents 1.0 with `id` and `type`; the bytes are in the dead letter as they came.",
  TX_NOT_A_TRANSACTION:
    "Pass the connection on which BEGIN was sent, or use d.transaction(...); d.publishNow(...) publishes outside of one.",
  TX_UNKNOWN_HANDLE:
    "Pass a connection of the store's driver that is in a transaction, or wrap your query builder's with its adapter.",
  TX_WRONG_DIALECT: "Publish in a transaction of the database in which the store's tables are.",
  TX_CONTROL_STATEMENT: "Return from the work to commit, throw to roll back; savepoints are yours.",
  TX_ROLLED_BACK:
    "The database rolled back at COMMIT because a statement had failed before: look at that failure; nothing was written.",
  TX_COMMIT_UNKNOWN: "The connection broke at COMMIT: look whether the rows are there before doing it again.",
  TX_AWAITS_OUTSIDE:
    "SQLite has one writer: inside the transaction await nothing but tx; do other work before it, in `prepare`.",
  TX_TIMED_OUT:
    "Move what takes long out of the transaction, of a consumer into `prepare`, or raise idle_in_transaction_session_timeout for this role.",
  STORE_UNREACHABLE: "Look whether the database runs at that address and takes connections.",
  STORE_CREDENTIALS: "Correct the user, the password or the database's name.",
  STORE_SCHEMA_MISSING: "Run the migrations: d.migrate(), or d.migrations() in your own tool.",
  STORE_SCHEMA_OLD:
    "Run the migrations that are missing: d.migrate(), or d.migrations() in your own tool; they only add.",
  STORE_NO_SPACE: "Free space for the database; nothing was written.",
  STORE_READ_ONLY: "Connect to the primary, or make the file writable.",
  STORE_BUSY:
    "Another transaction holds the lock for longer than the limit: look for a long one, or raise the limit.",
  STORE_CONFLICT: "The transaction met another one: run it again.",
  STORE_FAILED: "The database's own error is the cause.",
  BROKER_UNREACHABLE:
    "Look whether the broker runs at that address; messages stay in the outbox until it does.",
  BROKER_CREDENTIALS: "Correct the user, the password or the virtual host.",
  BROKER_MISCONFIGURED:
    "Create the exchange, queue or stream, or let declare make it; messages stay in the outbox until then.",
  CONFIGURATION: "Correct the option that is named.",
  HANDLER_TIMEOUT:
    "Let the handler pass its signal on and end sooner, move calls to others into `prepare`, or raise timeoutMs.",
  LEASE_LOST: "Another worker has taken over: what was done here was not kept.",
  IDEMPOTENCY: "See the problem details of the answer.",
  SAGA_EXISTS:
    "Give the saga another id, or start it again with the same definition and input: that is no error.",
  SAGA_UNKNOWN:
    "Look for the id in `holdfast saga list`; a saga is there once the transaction that started it has committed.",
  SAGA_DEFINITION_UNKNOWN:
    "Give this process the definition that the saga began with: in `previous` of the one that has replaced it.",
  SAGA_INPUT_INVALID: "Hand over an object that the saga's schema accepts and that JSON can hold.",
  SAGA_LOCKED:
    "It is tried again until the other saga has ended; look at that one if it lasts: holdfast saga show ID.",
  SAGA_STEP_TIMEOUT:
    "Raise timeoutMs above what the call may take; it is called again, or undone, under the same key.",
  SAGA_RESULT_UNSERIALISABLE: "Return what JSON can hold from `do`: texts, numbers, lists and records.",
  DISPOSED: "This delivery was closed; make another one.",
};

/** What went wrong in delivery: a stable code, what happened, and what to do. */
export class DeliveryError extends CodedError {
  declare readonly code: DeliveryErrorCode;

  constructor(
    code: DeliveryErrorCode,
    message: string,
    options: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
      readonly remedy?: string;
    } = {},
  ) {
    super(code, message, { ...options, remedy: options.remedy ?? remedies[code] });
    this.name = "DeliveryError";
  }
}

/** Whether a value is such an error, across packages and realms. */
export function isDeliveryError(value: unknown): value is DeliveryError {
  return (
    value instanceof Error &&
    value.name === "DeliveryError" &&
    (value as Partial<DeliveryError>).code !== undefined
  );
}
