import type { FaultedExchange } from "./fault.ts";
import { type ResponseHead, readResponseHead, responseFraming, responseStart } from "./wire/head.ts";
import { MessageScanner } from "./wire/scanner.ts";

/** The provider's answer, read to its end. */
export interface WholeAnswer {
  /** As it came. */
  readonly raw: Buffer;
  readonly status: number;
  readonly reason: string;
  /** Names and values, alternating, in order. */
  readonly fields: readonly string[];
  /** Without its framing. */
  readonly body: Buffer;
}

/** Lets the request go to the provider and keeps its answer until it is whole; `null` when its framing is not understood. */
export async function wholeAnswer(exchange: FaultedExchange): Promise<{
  readonly raw: Buffer;
  readonly answer: WholeAnswer | null;
}> {
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of exchange.provider()) pieces.push(bytes);
  await exchange.requestRead();
  const raw = Buffer.concat(pieces);
  return { raw, answer: readAnswer(exchange.method, raw) };
}

function readAnswer(method: string, raw: Buffer): WholeAnswer | null {
  const body: Buffer[] = [];
  const scanner = new MessageScanner<ResponseHead>(readResponseHead, responseStart, (data) => {
    body.push(data);
  });
  if (scanner.scan(raw, 0) !== "head" || scanner.head === null) return null;
  const { status, fields } = scanner.head;
  const over = scanner.begin(responseFraming(method, scanner.head), scanner.head.close);
  if (!over && scanner.scan(raw, scanner.next) !== "end" && !scanner.untilClose) return null;
  const line = raw.toString("latin1", 0, raw.indexOf("\r\n"));
  return { raw, status, reason: line.slice("HTTP/1.1 200 ".length), fields, body: Buffer.concat(body) };
}

/** The value of a header, by its lower-case name. */
export function fieldOf({ fields }: WholeAnswer, name: string): string | null {
  const at = fields.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
  return at === -1 ? null : (fields[at + 1] ?? null);
}

/** The fields with one replaced, or added at the end. */
export function withField(fields: readonly string[], name: string, value: string): readonly string[] {
  const at = fields.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
  return at === -1 ? [...fields, name, value] : fields.with(at + 1, value);
}

/** The bytes of an answer; its framing is a content-length whatever it was, and fields that say otherwise are left out. */
export function writtenAnswer(method: string, answer: WholeAnswer): Uint8Array {
  const bare = method === "HEAD" || answer.body.length === 0;
  const lines: string[] = [];
  for (let at = 0; at < answer.fields.length; at += 2) {
    const name = answer.fields[at] ?? "";
    const framing = ["content-length", "transfer-encoding", "trailer"].includes(name.toLowerCase());
    if (!framing || bare) lines.push(`${name}: ${answer.fields[at + 1]}\r\n`);
  }
  if (!bare) lines.push(`content-length: ${answer.body.length}\r\n`);
  const head = `HTTP/1.1 ${answer.status} ${answer.reason}\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), answer.body]);
}
