import { once } from "node:events";
import type { Socket } from "node:net";
import { systemClock } from "@holdfast/core";
import type { ExchangeRecord, FaultSpec } from "../../src/index.ts";
import { type RawClient, rawClient, rawProvider, recordedProxy } from "../support.ts";
import type { FramingCase, Talk } from "./framing-case.ts";

/** What came of a conversation through the proxy. */
export interface Conversation {
  /** What the provider received, and what the consumer did, as Latin-1. */
  readonly provider: string;
  readonly consumer: string;
  readonly exchanges: readonly string[];
  /** Whether each exchange was in the hands of a fault that took hold. */
  readonly fired: readonly boolean[];
  readonly opaque: boolean;
  readonly problems: readonly string[];
  /** How the consumer's connection ended, before anybody closed it here. */
  readonly ended: string | null;
}

/** How it is held. */
export interface Manner {
  readonly fault: FaultSpec | null;
  /** Every byte in a write of its own, as far as that is bearable. */
  readonly bytewise: boolean;
  /** The provider only listens: the consumer says all it has to say. */
  readonly silent: boolean;
  /** How often the consumer must have been answered before it is over, where the provider is silent. */
  readonly answers: number;
}

const waitMs = 10_000;
const onePieceBytes = 2_000;

/** Holds a conversation through a proxy of its own, and waits until each side has heard what the other said. */
export async function converse(row: FramingCase, manner: Manner): Promise<Conversation> {
  const provider = await listeningProvider();
  const proxy = await recordedProxy(provider.url);
  if (manner.fault !== null) await proxy.fault(manner.fault);
  const client = await rawClient(proxy.port);
  let ended: string | null = null;
  void client.ended.then((how) => {
    ended = how;
  });
  const over = (): boolean => ended !== null;
  if (manner.silent) await monologue(row.talk, client, { over, ...manner });
  else if (row.pipelined === true) await pipeline(row, client, { over, ...manner, ...provider });
  else await dialogue(row, client, { over, ...manner, ...provider });
  if (row.closes === true && !manner.silent) {
    provider.sockets.at(-1)?.end();
    await reached(over);
  }
  // What must not come has had a chance to.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  const endedBefore = ended;
  client.socket.destroy();
  await proxy.close();
  provider.close();
  return {
    provider: provider.received(),
    consumer: client.received().toString("latin1"),
    exchanges: proxy.exchanges().map(told),
    fired: proxy.exchanges().map(({ firedMs }) => firedMs !== null),
    opaque: proxy.connections().some(({ opaque }) => opaque),
    problems: proxy.problems().map(({ code }) => code),
    ended: endedBefore,
  };
}

async function dialogue(
  { talk, asked }: FramingCase,
  client: RawClient,
  { over, bytewise, fault, sockets, received }: ListeningProvider & Manner & { over(): boolean },
): Promise<void> {
  const mostBytes = fault === null ? Number.POSITIVE_INFINITY : (asked?.length ?? Number.POSITIVE_INFINITY);
  let sent = 0;
  let answered = 0;
  for (const [turn, words] of talk.entries()) {
    if (turn % 2 === 0) {
      sent += words.length;
      await say(client.socket, words, bytewise);
      await reached(() => received().length >= sent || over());
    } else {
      answered += words.length;
      const socket = sockets.at(-1);
      if (socket !== undefined) await say(socket, words, bytewise);
      await reached(() => client.received().length >= Math.min(answered, mostBytes) || over());
    }
  }
}

/** Under a fault a request waits for its turn, so that the provider must answer one to hear the next. */
async function pipeline(
  row: FramingCase,
  client: RawClient,
  { over, bytewise, sockets, received }: ListeningProvider & { over(): boolean; bytewise: boolean },
): Promise<void> {
  const [requests = "", answers = ""] = row.talk;
  const heads = (): number => received().split(" HTTP/1.1\r\n").length - 1;
  const size = answers.length / row.exchanges.length;
  await say(client.socket, requests, bytewise);
  for (let at = 0; at < row.exchanges.length; at++) {
    await reached(() => heads() > at || over());
    const socket = sockets.at(-1);
    if (socket !== undefined) await say(socket, answers.slice(at * size, (at + 1) * size), bytewise);
  }
  const whole = (): boolean =>
    received().length + client.received().length >= requests.length + answers.length;
  await reached(() => whole() || over());
}

async function monologue(
  talk: Talk,
  client: RawClient,
  { over, bytewise, answers }: { over(): boolean; bytewise: boolean; answers: number },
): Promise<void> {
  for (const [turn, words] of talk.entries()) {
    if (turn % 2 === 0) await say(client.socket, words, bytewise);
  }
  const seen = (): number => client.received().toString("latin1").split("HTTP/1.1 503").length - 1;
  await reached(() => seen() >= answers || over());
}

async function say(socket: Socket, words: string, bytewise: boolean): Promise<void> {
  const bytes = Buffer.from(words, "latin1");
  const size = !bytewise ? bytes.length : bytes.length > onePieceBytes ? 4_099 : 1;
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size));
    if (bytewise) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until it is so, for a time that is ample; what is then not so is for the assertions. */
async function reached(isSo: () => boolean): Promise<void> {
  const untilMs = systemClock.monotonic() + waitMs;
  while (!isSo() && systemClock.monotonic() < untilMs) await systemClock.sleep(1);
}

interface ListeningProvider {
  readonly sockets: readonly Socket[];
  received(): string;
}

async function listeningProvider(): Promise<ListeningProvider & { readonly url: string; close(): void }> {
  const sockets: Socket[] = [];
  let received = "";
  const { url, close, server } = await rawProvider((socket) => {
    sockets.push(socket);
    socket.on("data", (piece: Buffer) => {
      received += piece.toString("latin1");
    });
  });
  if (!server.listening) await once(server, "listening");
  return { url, close, sockets, received: () => received };
}

function told({ request, requestCompleteMs, response }: ExchangeRecord): string {
  const sent = requestCompleteMs === null ? "-" : request.bodyBytes;
  const seen = response?.completeMs == null ? "-" : `${response.status} (${response.bodyBytes})`;
  return `${request.method} ${request.target} (${sent}) ${seen}`;
}
