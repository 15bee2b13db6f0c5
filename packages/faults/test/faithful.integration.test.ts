import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { it } from "node:test";
import { type Random, seededRandom, systemClock } from "@holdfast/core";
import { type RecordedProxy, rawClient, recordedProxy } from "./support.ts";

const exchangesPerRun = 120;

/** A message with whatever HTTP/1.1 allows: any case and order of names, chunk extensions, trailers, binary bodies. */
function message(line: string, random: Random): Buffer {
  const fields = [
    "Host: x",
    "hOsT-like: 1",
    "X-UPPER: VALUE",
    "x-empty:",
    "X-Spaces:   a  b   ",
    "Accept:*/*",
    "X-Obs: caf\xe9",
  ];
  const chosen = fields.filter(() => random.next() < 0.6).sort(() => random.next() - 0.5);
  const body = Buffer.from(Array.from({ length: random.integer(0, 400) }, () => random.integer(0, 255)));
  if (random.next() < 0.4) {
    chosen.splice(
      random.integer(0, chosen.length),
      0,
      `${random.pick(["Content-Length", "content-length", "CONTENT-LENGTH"])}: ${body.length}`,
    );
    return Buffer.concat([Buffer.from(`${[line, ...chosen].join("\r\n")}\r\n\r\n`, "latin1"), body]);
  }
  chosen.push(
    `${random.pick(["Transfer-Encoding", "TRANSFER-encoding"])}: ${random.pick(["chunked", "Chunked"])}`,
  );
  const pieces = [Buffer.from(`${[line, ...chosen].join("\r\n")}\r\n\r\n`, "latin1")];
  for (let at = 0; at < body.length; ) {
    const data = body.subarray(at, at + random.integer(1, 120));
    const size = random.pick([data.length.toString(16), `0${data.length.toString(16).toUpperCase()}`]);
    pieces.push(
      Buffer.from(`${size}${random.pick(["", "", ";ext", ';a=b;c="d e"'])}\r\n`),
      data,
      Buffer.from("\r\n"),
    );
    at += data.length;
  }
  pieces.push(Buffer.from(`0\r\n${random.pick(["", "", "X-Trailer: t\r\n", "A: 1\r\nb:2\r\n"])}\r\n`));
  return Buffer.concat(pieces);
}

/** Writes bytes in pieces of random sizes, some of them one by one. */
async function writeSplit(socket: Socket, bytes: Buffer, random: Random): Promise<void> {
  const style = random.next();
  for (let at = 0; at < bytes.length; ) {
    const size = style < 0.4 ? bytes.length : style < 0.5 ? random.integer(1, 4) : random.integer(1, 300);
    socket.write(bytes.subarray(at, at + size));
    at += size;
    if (random.next() < 0.2) await systemClock.sleep(0.1);
  }
}

async function passes(
  proxy: RecordedProxy,
  setUp: { expect(request: Buffer, answer: Buffer): Promise<Buffer> },
  random: Random,
) {
  const client = await rawClient(proxy.port);
  let sent = 0;
  for (let index = 0; index < exchangesPerRun; index++) {
    const request = message(`${random.pick(["POST", "PUT", "GET"])} /n/${index}?q=%20 HTTP/1.1`, random);
    const answer = message(
      random.pick(["HTTP/1.1 200 OK", "HTTP/1.1 404 ", "HTTP/1.1 201", "HTTP/1.1 500 Oh no"]),
      random,
    );
    const seen = setUp.expect(request, answer);
    await writeSplit(client.socket, request, random);
    assert.deepEqual(await seen, request, `request ${index}`);
    sent += answer.length;
    while (client.received().length < sent) await systemClock.sleep(0.1);
    assert.deepEqual(client.received().subarray(sent - answer.length), answer, `answer ${index}`);
  }
  client.socket.destroy();
}

for (const latencyMs of [null, 0]) {
  it(`passes every byte both ways, however split, ${latencyMs === null ? "with no fault" : "through a fault that loses none"}`, async () => {
    const random = seededRandom(4711);
    let pending: { request: Buffer; answer: Buffer; resolve(seen: Buffer): void } | null = null;
    const server = createServer({ noDelay: true }, (socket) => {
      let received = Buffer.alloc(0);
      socket.on("error", () => {});
      socket.on("data", (piece: Buffer) => {
        received = Buffer.concat([received, piece]);
        if (pending === null || received.length < pending.request.length) return;
        const { answer, resolve } = pending;
        pending = null;
        resolve(received);
        received = Buffer.alloc(0);
        void writeSplit(socket, answer, random);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const proxy = await recordedProxy(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    if (latencyMs !== null) await proxy.fault({ kind: "latency", delayMs: latencyMs });

    await passes(
      proxy,
      {
        expect: (request, answer) =>
          new Promise((resolve) => {
            pending = { request, answer, resolve };
          }),
      },
      random,
    );
    await proxy.close();
    server.close();

    assert.deepEqual(proxy.problems(), []);
    assert.deepEqual(
      proxy.connections().map(({ opaque, exchanges }) => [opaque, exchanges]),
      [[false, exchangesPerRun]],
    );
    assert.ok(
      proxy.exchanges().every(({ end, response }) => end === "complete" && response?.completeMs !== null),
    );
  });
}
