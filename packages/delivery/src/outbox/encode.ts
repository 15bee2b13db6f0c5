import { Buffer } from "node:buffer";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import type { Lineage } from "../publisher.ts";
import { describeIssues, type SchemaResult } from "../standard-schema.ts";
import { isUuid } from "../uuid7.ts";
import { headersOf, type PlaceOf } from "./headers.ts";
import { jsonOf } from "./json.ts";
import type { OutboxRow } from "./row.ts";

/** What encoding a message needs besides the message. */
export interface EncodeOptions {
  /** Makes a fresh id. */
  readonly ids: () => string;
  readonly placeOf: PlaceOf;
  /** CloudEvents `source` of everything that is published here. */
  readonly source: string;
  /** The largest payload in bytes. */
  readonly bytesMax: number;
}

/** A message as the row that is written, once its schema has passed it. Whatever no broker could carry is refused here, and not later. */
export async function encodeMessage(
  message: Message,
  lineage: Lineage,
  options: EncodeOptions,
): Promise<OutboxRow> {
  let result: SchemaResult<unknown>;
  try {
    result = await validate(message);
  } catch (failure) {
    throw schemaHasThrown(message, failure);
  }
  return rowOf(message, result, lineage, options);
}

/** The same without a promise; throws MESSAGE_INVALID for a schema that answers with one. */
export function encodeMessageSync(message: Message, lineage: Lineage, options: EncodeOptions): OutboxRow {
  let result: SchemaResult<unknown> | Promise<SchemaResult<unknown>>;
  try {
    result = validate(message);
  } catch (failure) {
    throw schemaHasThrown(message, failure);
  }
  if (!("then" in result)) return rowOf(message, result, lineage, options);
  // Nobody will look at what it says: a rejection must not bring the process down.
  result.catch(() => {});
  throw new DeliveryError("MESSAGE_INVALID", `The schema of ${message.type} checks asynchronously.`, {
    remedy: "Publish it with publish, or give it a schema that checks synchronously.",
  });
}

function validate(message: Message): SchemaResult<unknown> | Promise<SchemaResult<unknown>> {
  return message.definition.schema["~standard"].validate(message.data);
}

function schemaHasThrown(message: Message, failure: unknown): unknown {
  if (failure instanceof DeliveryError) return failure;
  return new DeliveryError("MESSAGE_INVALID", `The schema of ${message.type} has thrown.`, {
    cause: failure,
  });
}

function rowOf(
  message: Message,
  result: SchemaResult<unknown>,
  lineage: Lineage,
  { ids, placeOf, source, bytesMax }: EncodeOptions,
): OutboxRow {
  const { type, definition } = message;
  if (result.issues !== undefined)
    throw new DeliveryError(
      "MESSAGE_INVALID",
      `The data of a ${type} is not valid: ${describeIssues(result.issues)}.`,
      { details: { issues: result.issues.map(({ message: issue }) => issue) } },
    );
  const body = Buffer.from(jsonOf(type, message.data));
  if (body.length > bytesMax)
    throw new DeliveryError(
      "MESSAGE_TOO_LARGE",
      `A ${type} has ${body.length} bytes; ${bytesMax} is the most.`,
      { details: { bytes: body.length, bytesMax } },
    );
  const id = message.id === undefined ? ids() : givenId(type, message.id);
  return {
    id,
    given: message.id !== undefined,
    type,
    source,
    key: keyOf(message),
    ordered: definition.ordered,
    contentType: "application/json",
    headers: headersOf(message, id, lineage, placeOf),
    body,
    delayMs: delayOf(message),
  };
}

function givenId(type: string, id: unknown): string {
  const text = typeof id === "string" ? id.toLowerCase() : "";
  if (isUuid(text)) return text;
  throw new DeliveryError("MESSAGE_INVALID", `The id of a ${type} is ${JSON.stringify(id)}; it is a UUID.`, {
    remedy: "Leave the id out, or derive a UUID (version 5 or 8) from what makes the message the same one.",
  });
}

function keyOf({ type, definition, data }: Message): string | null {
  try {
    return definition.keyOf(data);
  } catch (failure) {
    if (failure instanceof DeliveryError) throw failure;
    throw new DeliveryError("MESSAGE_KEY_INVALID", `The key of a ${type} could not be read from its data.`, {
      cause: failure,
    });
  }
}

/** Ten years: what is meant to be longer is a mistake of units. */
const delayMsMax = 10 * 365 * 86_400_000;

function delayOf({ type, delayMs = 0, definition }: Message): number {
  if (!(delayMs >= 0 && delayMs <= delayMsMax))
    throw new DeliveryError("MESSAGE_INVALID", `The delay of a ${type} is ${String(delayMs)} ms.`, {
      remedy: `A delay is 0 to ${delayMsMax} milliseconds.`,
    });
  if (delayMs > 0 && definition.ordered)
    throw new DeliveryError("MESSAGE_INVALID", `A ${type} is ordered and has a delay of ${delayMs} ms.`, {
      remedy: "Leave the delay out: a message that waits would hold back every later one of its key.",
    });
  return Math.ceil(delayMs);
}
