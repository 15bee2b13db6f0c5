import type { Msg, MsgHdrs } from "@nats-io/transport-node";
import { eachAttribute, type ReadMessage, readMessage } from "../../cloud-events.ts";
import { type Envelope, redriveHeader } from "../../envelope.ts";
import { percentDecode, percentEncode } from "../../percent.ts";
import { eachTraceField, withTraceFields } from "../../trace-fields.ts";

/**
 * The id by which the stream recognises a message that is published again. A redrive is not one: within the window the stream would
 * swallow what an operator sends on its way again, and confirm it.
 */
export function messageIdOf(envelope: Envelope): string {
  const redrive = envelope.headers[redriveHeader];
  return redrive === undefined ? envelope.id : `${envelope.id}:${percentEncode(redrive)}`;
}

/** The header block of a message, in the binary mode of the CloudEvents NATS binding. Written here because the client's own takes longer than sending. */
export function headerBlockOf(envelope: Envelope, stream: string): Buffer {
  let block = `NATS/1.0\r\nNats-Msg-Id: ${messageIdOf(envelope)}\r\nNats-Expected-Stream: ${stream}\r\n`;
  block += `ce-datacontenttype: ${percentEncode(envelope.contentType)}\r\n`;
  eachAttribute(envelope, (name, value) => {
    block += `ce-${name}: ${percentEncode(value)}\r\n`;
  });
  eachTraceField(envelope, (name, value) => {
    if (printable.test(value)) block += `${name}: ${value}\r\n`;
  });
  return Buffer.from(`${block}\r\n`, "latin1");
}

/** What a header may hold as it is: a trace that another producer wrote may hold anything. */
const printable = /^[ -~]*$/;

/** A block as the client takes headers: it calls `encode` and nothing else when it publishes. */
export function asHeaders(block: Buffer): MsgHdrs {
  return { encode: () => block } as unknown as MsgHdrs;
}

/** What a stream says about a delivery, in the subject to answer to. */
export interface DeliveryInfo {
  readonly stream: string;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
  readonly streamSeq: string;
  readonly storedMs: number;
}

/** Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, or its longer form with domain and account; null for what is none. */
export function deliveryInfoOf(reply: string): DeliveryInfo | null {
  const tokens = reply.split(".");
  if (tokens[0] !== "$JS" || tokens[1] !== "ACK" || tokens.length < 9) return null;
  const from = tokens.length === 9 ? 2 : 4;
  const [stream, , deliveries, streamSeq, , time] = tokens.slice(from);
  if (stream === undefined || streamSeq === undefined || !/^\d+$/.test(time ?? "")) return null;
  const count = Number(deliveries);
  if (!Number.isSafeInteger(count) || count < 1) return null;
  return { stream, deliveries: count, streamSeq, storedMs: Math.floor(Number(time) / 1e6) };
}

/** What was delivered, as an envelope. */
export function readDelivery(message: Msg, info: DeliveryInfo): ReadMessage {
  const attributes: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, [value = ""]] of message.headers ?? []) {
    const lower = name.toLowerCase();
    if (lower.startsWith("ce-")) attributes[lower.slice(3)] = percentDecode(value);
    else others[lower] = value;
  }
  return readMessage(
    withTraceFields(attributes, (name) => others[name]),
    message.data,
    {
      id: others["nats-msg-id"],
      contentType: others["content-type"],
      timeMs: info.storedMs,
      identity: `${info.stream} ${info.streamSeq}`,
    },
  );
}
