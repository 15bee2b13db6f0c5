import { createHash } from "node:crypto";
import type { Envelope } from "./envelope.ts";
import { DeliveryError } from "./errors.ts";
import { formatTime, parseTime } from "./rfc3339.ts";
import { readStructured } from "./structured-event.ts";

/** What the transport itself says about a message: stands in for attributes that its producer left out. */
export interface TransportFacts {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly source?: string | undefined;
  readonly contentType?: string | undefined;
  /** When the broker took it, where it says so; otherwise now. */
  readonly timeMs: number;
  /** What stays the same when this message is delivered again: a stream and its sequence number. Default: the content. */
  readonly identity?: string | undefined;
}

/** What was read: always an envelope that can be stored, and what is wrong with it. */
export interface ReadMessage {
  readonly envelope: Envelope;
  readonly problem?: DeliveryError;
}

/** Names that an extension attribute cannot have, because the envelope's own fields travel under them. */
const reserved: ReadonlySet<string> = new Set([
  "specversion",
  "id",
  "source",
  "type",
  "time",
  "subject",
  "partitionkey",
  "sequence",
  "datacontenttype",
  "data",
  "data_base64",
]);

/** The header in which the id of another producer is kept, where it is no UUID. */
export const originalIdHeader = "originalid";

/** Hands out an envelope's attributes by their CloudEvents 1.0 names, without a transport's prefix; `datacontenttype` is left to it. */
export function eachAttribute(envelope: Envelope, take: (name: string, value: string) => void): void {
  take("specversion", "1.0");
  take("id", envelope.id);
  take("source", envelope.source);
  take("type", envelope.type);
  take("time", formatTime(envelope.timeMs));
  if (envelope.key !== null) {
    take("subject", envelope.key);
    take("partitionkey", envelope.key);
  }
  if (envelope.seq !== null) take("sequence", String(envelope.seq));
  for (const name in envelope.headers) if (!reserved.has(name)) take(name, envelope.headers[name] as string);
}

/**
 * Reads a message of whatever producer: attributes by their CloudEvents names in lower case, binary or structured mode. It never throws:
 * where id or type cannot be had, the problem says so, and the envelope is fit to be a dead letter that shows what came.
 */
export function readMessage(
  given: Readonly<Record<string, string>>,
  content: Uint8Array,
  facts: TransportFacts,
): ReadMessage {
  const { attributes, body, contentType, problem } = contentOf(given, content, facts);
  const type = storable(firstOf(attributes["type"], facts.type), 127);
  const typed = printable.test(type);
  const source = storable(firstOf(attributes["source"], facts.source), 255) || "urn:unknown";
  const id = firstOf(attributes["id"], facts.id);
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...(typed ? [] : [`its type ${type === "" ? "is missing" : "is not printable ASCII"}`]),
    ...(id === "" ? ["its id is missing"] : []),
  ];
  return {
    envelope: {
      id: idOf(id, source, content, facts),
      source,
      type: typed ? type : "unknown",
      timeMs: parseTime(firstOf(attributes["time"])) ?? Math.trunc(facts.timeMs),
      key: storable(firstOf(attributes["partitionkey"], attributes["subject"]), 255) || null,
      seq: sequenceOf(attributes["sequence"]),
      contentType: ascii(contentType) || "application/octet-stream",
      headers: headersOf(attributes, id),
      body,
    },
    ...(problems.length > 0 && {
      problem: new DeliveryError("MESSAGE_UNREADABLE", `A message cannot be read: ${problems.join(", ")}.`),
    }),
  };
}

interface Content {
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly problem?: string;
}

/** Binary mode as it came, structured mode taken apart. */
function contentOf(
  given: Readonly<Record<string, string>>,
  body: Uint8Array,
  facts: TransportFacts,
): Content {
  const contentType = given["datacontenttype"] ?? facts.contentType ?? "";
  const structured = readStructured(facts.contentType ?? contentType, body);
  if (structured === null) return { attributes: given, body, contentType };
  return { ...structured, contentType: structured.attributes["datacontenttype"] ?? "application/json" };
}

const printable = /^[!-~]+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Stores keep UUIDs: another producer's id becomes one that is the same whenever the message comes again. */
function idOf(id: string, source: string, content: Uint8Array, facts: TransportFacts): string {
  if (uuid.test(id)) return id.toLowerCase();
  const hash = createHash("sha256");
  if (id !== "") hash.update(JSON.stringify([source, id]));
  else if (facts.identity !== undefined) hash.update(JSON.stringify([facts.identity]));
  else hash.update(content);
  const hex = hash.digest("hex");
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function headersOf(attributes: Readonly<Record<string, string>>, id: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(attributes))
    if (!reserved.has(name) && /^[a-z0-9-]{1,64}$/.test(name))
      headers[name] = (attributes[name] as string).toWellFormed();
  if (id !== "" && !uuid.test(id)) headers[originalIdHeader] = storable(id, 1_024);
  return headers;
}

function sequenceOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  const seq = Number(text);
  return seq >= 1 && Number.isSafeInteger(seq) ? seq : null;
}

function firstOf(...texts: readonly (string | undefined)[]): string {
  return texts.find((text) => text !== undefined) ?? "";
}

/** What every database takes in a column of that width. */
function storable(text: string, charactersMax: number): string {
  return text.replaceAll("\0", "").slice(0, charactersMax).toWellFormed();
}

function ascii(text: string): string {
  return text.replace(/[^ -~]/g, "").slice(0, 127);
}
