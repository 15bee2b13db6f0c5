import type { ConsumeMessage } from "amqplib";
import { eachAttribute, type ReadMessage, readMessage } from "../../cloud-events.ts";
import type { Envelope } from "../../envelope.ts";
import { eachTraceField, withTraceFields } from "../../trace-fields.ts";

/** The properties of each message that is published. */
export interface MessageProperties {
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly messageId: string;
  readonly type: string;
  readonly persistent: true;
  readonly mandatory: true;
}

const prefix = "cloudEvents:";

/** The most that a message's headers may hold. The client writes them into a buffer of 64 KiB and spoils the stream beyond it. */
const headerBytesMax = 48 * 1024;

/** An envelope as properties and headers in the binary mode of the CloudEvents AMQP binding; null where they are larger than a frame. */
export function propertiesOf(envelope: Envelope): MessageProperties | null {
  const headers: Record<string, string> = {};
  let characters = 0;
  const put = (name: string, value: string): void => {
    headers[name] = value;
    characters += name.length + value.length + 6;
  };
  eachAttribute(envelope, (name, value) => put(prefixed(name), value));
  eachTraceField(envelope, put);
  if (characters * 3 > headerBytesMax && bytesOf(headers) > headerBytesMax) return null;
  return {
    headers,
    contentType: envelope.contentType,
    messageId: envelope.id,
    type: envelope.type,
    persistent: true,
    mandatory: true,
  };
}

/** Names are few, and a text that is put together anew for each message is looked up the slow way. */
function prefixed(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = prefix + name;
  if (names.size < namesMax) names.set(name, made);
  return made;
}

const names = new Map<string, string>();
const namesMax = 200;

function bytesOf(headers: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(headers))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 6;
  return bytes;
}

/** What was delivered, as an envelope. `nowMs` stands in where neither the event nor the message has a time. */
export function readDelivery(message: ConsumeMessage, nowMs: number): ReadMessage {
  const { properties, fields, content } = message;
  const attributes = attributesOf(properties.headers ?? {});
  const timestamp: unknown = properties.timestamp;
  return readMessage(attributes, content, {
    id: textOf(properties.messageId) ?? undefined,
    type: textOf(properties.type) ?? (fields.routingKey === "" ? undefined : fields.routingKey),
    source: textOf(properties.appId) ?? undefined,
    contentType: textOf(properties.contentType) ?? undefined,
    timeMs:
      typeof timestamp === "number" && Number.isSafeInteger(timestamp * 1_000) ? timestamp * 1_000 : nowMs,
  });
}

/** Attributes by their names, and the trace from headers of its own where another producer wrote it there. */
function attributesOf(headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // Some producers write an underscore, because JMS cannot carry the colon.
    const found = /^cloudEvents[:_](.+)$/i.exec(name);
    const text = textOf(value);
    if (text === null) continue;
    if (found === null) others[name.toLowerCase()] = text;
    else attributes[(found[1] as string).toLowerCase()] = text;
  }
  return withTraceFields(attributes, (name) => others[name]);
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  // The client reads AMQP timestamps as `{ "!": "timestamp", value }`, in seconds.
  const tagged = value as { readonly "!"?: unknown; readonly value?: unknown } | null | undefined;
  if (tagged?.["!"] === "timestamp" && typeof tagged.value === "number" && Math.abs(tagged.value) < 1e11)
    return new Date(tagged.value * 1_000).toISOString();
  return null;
}
