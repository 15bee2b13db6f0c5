import type { ConfirmChannel } from "amqplib";
import type { MessageProperties } from "./message.ts";

/**
 * Puts messages into frames, many of them into one write. The client's own encoder takes several times as long over a message's headers as the
 * rest of the relay takes over the message, and makes a write of each one.
 */
export interface FrameWriter {
  /** False: this message is the client's to encode, and nothing was written. */
  add(exchange: string, routingKey: string, content: Buffer, properties: MessageProperties): boolean;
  /** Hands what was added to the client. It happens by itself at the end of the turn. */
  flush(): void;
}

/** The part of the client's channel that is used beyond what it documents. Where it is not as expected, the client does all by itself. */
interface Inside {
  readonly ch: number;
  readonly connection: {
    readonly frameMax: number;
    readonly channels: readonly ({ readonly buffer: ChannelBuffer } | undefined)[];
  };
  /** Keeps the client's count of confirms right. */
  pushConfirmCallback(): void;
}

interface ChannelBuffer {
  readonly writableEnded: boolean;
  write(bytes: Buffer): boolean;
}

/** Larger payloads are not worth copying. */
const contentBytesMax = 16 * 1024;
const chunkBytes = 64 * 1024;
/** The type, channel and length before a frame's payload, and the mark behind it. */
const frameBytes = 8;
const frameEnd = "\xce";
/** Content type, headers, delivery mode, message id and type. */
const propertyFlags = u16(0b1011_0000_1010_0000);
/** What is not one byte in every encoding. */
const notPlain = /[^ -~]/;

/** A writer for a channel; null where the client is made differently. `onFull` is called when the client has enough for now. */
export function createFrameWriter(channel: ConfirmChannel, onFull: () => void): FrameWriter | null {
  if (!isKnown(channel)) return null;
  const { ch, connection } = channel;
  const buffer = connection.channels[ch]?.buffer as ChannelBuffer;
  const payloadMax = (connection.frameMax || chunkBytes) - frameBytes;
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let start = 0;
  let end = 0;

  const flush = (): void => {
    if (end === start) return;
    const bytes = chunk.subarray(start, end);
    start = end;
    // On a channel that was closed meanwhile, all that is under way is known to be lost.
    if (!buffer.writableEnded && !buffer.write(bytes)) onFull();
  };
  const reserve = (bytes: number): void => {
    if (end === start) queueMicrotask(flush);
    if (end + bytes <= chunk.length) return;
    flush();
    chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes));
    start = 0;
    end = 0;
  };
  return {
    flush,
    add(exchange, routingKey, content, properties) {
      // A channel that is closing has its methods replaced: the client says what is the matter.
      if (content.length > Math.min(contentBytesMax, payloadMax) || Object.hasOwn(channel, "sendMessage"))
        return false;
      const head = headOf(ch, exchange, routingKey, content.length, properties, payloadMax);
      if (head === null) return false;
      reserve(head.length + content.length + frameBytes);
      end += chunk.write(head, end, "latin1");
      if (content.length > 0) {
        end += content.copy(chunk, end);
        chunk[end++] = 0xce;
      }
      channel.pushConfirmCallback();
      return true;
    },
  };
}

/**
 * Everything before the payload, a character for each byte: the frame of the method `basic.publish`, mandatory, the frame of the properties, and
 * the beginning of the payload's. Null for texts that are not plain ASCII, and for more than fits into a frame.
 */
function headOf(
  channel: number,
  exchange: string,
  routingKey: string,
  size: number,
  properties: MessageProperties,
  payloadMax: number,
): string | null {
  const { contentType, messageId, type } = properties;
  if (!areShort(exchange, routingKey, contentType, messageId, type)) return null;
  const table = tableOf(properties.headers);
  if (table === null) return null;
  const method = `\0\x3c\0\x28\0\0${short(exchange)}${short(routingKey)}\x01`;
  const header = `\0\x3c\0\0\0\0\0\0${u32(size)}${propertyFlags}${short(contentType)}${u32(table.length)}${table}\x02${short(messageId)}${short(type)}`;
  if (header.length > payloadMax || method.length > payloadMax) return null;
  const number = u16(channel);
  const before = `\x01${number}${u32(method.length)}${method}${frameEnd}\x02${number}${u32(header.length)}${header}${frameEnd}`;
  return size === 0 ? before : `${before}\x03${number}${u32(size)}`;
}

function areShort(...texts: readonly string[]): boolean {
  return texts.every((text) => text.length <= 255 && !notPlain.test(text));
}

/** Headers as a table of long texts, without its length. */
function tableOf(headers: Readonly<Record<string, string>>): string | null {
  let table = "";
  for (const name in headers) {
    const value = headers[name] as string;
    const before = fieldOf(name);
    if (before === null || notPlain.test(value)) return null;
    table += `${before}${u32(value.length)}${value}`;
  }
  return table;
}

/** A header's name as it stands in a table, with the mark of a long text. */
function fieldOf(name: string): string | null {
  const known = fields.get(name);
  if (known !== undefined) return known;
  if (name.length > 255 || notPlain.test(name)) return null;
  const made = `${short(name)}S`;
  if (fields.size < fieldsMax) fields.set(name, made);
  return made;
}

const fields = new Map<string, string>();
/** Names are few, but other programs make them. */
const fieldsMax = 200;

function short(text: string): string {
  return String.fromCharCode(text.length) + text;
}

function u16(value: number): string {
  return String.fromCharCode((value >> 8) & 255, value & 255);
}

function u32(value: number): string {
  return String.fromCharCode((value >>> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255);
}

function isKnown(channel: unknown): channel is Inside {
  const { ch, connection, pushConfirmCallback } = channel as Partial<Inside>;
  if (typeof ch !== "number" || typeof connection?.frameMax !== "number") return false;
  return (
    typeof pushConfirmCallback === "function" &&
    typeof connection.channels?.[ch]?.buffer?.write === "function"
  );
}
