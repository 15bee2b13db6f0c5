import { Buffer } from "node:buffer";
import { type TraceContext, traceHeaders } from "@holdfast/core";
import {
  baggageHeader,
  causationHeader,
  correlationHeader,
  redriveHeader,
  schemaHeader,
} from "../envelope.ts";
import { DeliveryError } from "../errors.ts";
import type { Message } from "../message.ts";
import type { Lineage } from "../publisher.ts";

/** What a message's own headers may take up: brokers put all of them into one frame, and NATS counts them as payload. */
const headerBytesMax = 8 * 1024;
const namePattern = /^[a-z][a-z0-9-]{0,63}$/;
/** Control characters, and the code points that Unicode sets apart: CloudEvents has neither in a text. */
const unprintable = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029]/u;

/** Names that mean something else on the wire: CloudEvents' own attributes, and what Holdfast writes. */
const taken: ReadonlySet<string> = new Set([
  "baggage",
  "data",
  "data_base64",
  "datacontenttype",
  "id",
  "partitionkey",
  "sequence",
  "source",
  "specversion",
  "subject",
  "time",
  "traceparent",
  "tracestate",
  "type",
  redriveHeader,
  schemaHeader,
]);

/** Gives a message its place in the trace of what caused it. */
export type PlaceOf = (type: string, id: string, lineage: Lineage) => TraceContext;

/** The headers of one message: its own, and what it takes over from what caused it. Throws MESSAGE_HEADER_INVALID. */
export function headersOf(
  message: Message,
  id: string,
  lineage: Lineage,
  placeOf: PlaceOf,
): Readonly<Record<string, string>> {
  const own = message.headers ?? {};
  checkHeaders(message.type, own);
  const { dataschema } = message.definition;
  const { baggage = "" } = lineage;
  return {
    ...traceHeaders(placeOf(message.type, id, lineage)),
    ...(baggage === "" ? {} : { [baggageHeader]: baggage }),
    [correlationHeader]: lineage.correlationId ?? id,
    ...(lineage.causationId === undefined ? {} : { [causationHeader]: lineage.causationId }),
    ...(dataschema === null ? {} : { [schemaHeader]: dataschema }),
    ...own,
  };
}

function checkHeaders(type: string, headers: Readonly<Record<string, unknown>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    const problem = problemOf(name, value);
    if (problem !== null) throw refused(type, `the header ${JSON.stringify(name)} ${problem}`);
    bytes += name.length + Buffer.byteLength(String(value));
  }
  if (bytes > headerBytesMax)
    throw refused(type, `its headers take ${bytes} bytes; ${headerBytesMax} is the most`);
}

function problemOf(name: string, value: unknown): string | null {
  if (taken.has(name)) return "is written by Holdfast itself";
  if (!namePattern.test(name)) return "has a name that not every broker can carry";
  if (typeof value !== "string") return `is of the kind ${typeof value}, not a text`;
  if (value === "") return "is empty";
  if (value.trim() !== value) return "begins or ends with white space, which brokers take away";
  return unprintable.test(value) ? "holds characters that cannot be printed" : null;
}

function refused(type: string, problem: string): DeliveryError {
  return new DeliveryError("MESSAGE_HEADER_INVALID", `A ${type} was refused: ${problem}.`);
}
