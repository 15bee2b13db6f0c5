import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { classifiers } from "../src/classify/index.ts";

const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function listening(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A provider that does one thing with a connection once the first bytes have come. */
function provider(act: (socket: Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => act(socket));
  });
  return listening(server);
}

async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A whole request with `fetch`, the body included. */
async function fetched(port: number, init: RequestInit = {}, scheme = "http"): Promise<unknown> {
  const response = await fetch(`${scheme}://127.0.0.1:${port}/`, init);
  await response.text();
  return response;
}

/** A whole request with `node:http`, the body included. */
function got(port: number, options: http.RequestOptions = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: "127.0.0.1", port, ...options }, (response) => {
      response
        .on("error", reject)
        .on("end", () => resolve(response))
        .resume();
    });
    request.on("error", reject);
  });
}

async function endOf(work: () => unknown): Promise<Parameters<typeof classifiers.default>[0]> {
  try {
    return { threw: false, value: await work(), wallMs: Date.now };
  } catch (error) {
    return { threw: true, error, wallMs: Date.now };
  }
}

/** What the classifier says, as the rows of the matrix are written. */
async function told(work: () => unknown, name: keyof typeof classifiers = "default"): Promise<string> {
  const failure = classifiers[name](await endOf(work));
  if (failure === null) return "success";
  const { class: kind, counts, word, code } = failure;
  return [kind, counts ? "counts" : "", word ?? "", code ?? ""].filter((part) => part !== "").join(" ");
}

describe("a provider that cannot be reached", () => {
  it("has not executed: nobody listens", async () => {
    const port = await closedPort();
    for (const work of [() => fetched(port), () => got(port)])
      assert.equal(await told(work), "unsent counts refused ECONNREFUSED");
  });

  it("has not executed: nobody listens at any of its addresses", async () => {
    const port = await closedPort();
    const addresses = [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
      { address: "127.0.0.2", family: 4 },
    ];
    const lookup = (...[, , answer]: Parameters<net.LookupFunction>) => answer(null, addresses);
    const end = await endOf(() => got(port, { host: "provider.test", lookup, family: 0 }));
    assert.ok(end.threw && end.error instanceof AggregateError, "all addresses were tried");
    assert.equal(classifiers.default(end)?.class, "unsent");
  });

  it("has not executed: the connection is cut before TLS stands", async () => {
    const port = await provider((socket) => socket.destroy());
    assert.equal(await told(() => fetched(port, {}, "https")), "unsent counts connect-failure ECONNRESET");
  });

  it("is at fault for good: it speaks no TLS", async () => {
    const port = await provider((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const expected = "final counts ERR_SSL_WRONG_VERSION_NUMBER";
    assert.equal(await told(() => fetched(port, {}, "https")), expected);
  });

  it("is at fault for good: nobody vouches for its certificate", async () => {
    const port = await listening(https.createServer(selfSigned()));
    const expected = "final counts DEPTH_ZERO_SELF_SIGNED_CERT";
    assert.equal(await told(() => fetched(port, {}, "https")), expected);
  });
});

describe("a provider that has the request", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  const ends: readonly (readonly [what: string, act: (socket: Socket) => void, byFetch: string])[] = [
    ["resets", (socket) => socket.resetAndDestroy(), "ambiguous counts reset ECONNRESET"],
    ["closes", (socket) => socket.end(), "ambiguous counts reset UND_ERR_SOCKET"],
    ["breaks off", (socket) => socket.end(`${head}part`), "ambiguous counts reset UND_ERR_SOCKET"],
  ];
  for (const [what, act, byFetch] of ends) {
    it(`may have executed when it ${what}`, async () => {
      const port = await provider(act);
      assert.equal(await told(() => fetched(port)), byFetch);
      assert.equal(await told(() => got(port)), "ambiguous counts reset ECONNRESET");
    });
  }

  it("may have executed when it answers with what is no HTTP", async () => {
    const port = await provider((socket) => socket.end("pardon?\r\n\r\n"));
    for (const work of [() => fetched(port), () => got(port)])
      assert.match(await told(work), /^ambiguous counts/);
  });

  it("may have executed when a timeout of the function's own ends the wait", async () => {
    const port = await provider(() => {});
    for (const work of [
      () => fetched(port, { signal: AbortSignal.timeout(20) }),
      () => got(port, { signal: AbortSignal.timeout(20) }),
    ])
      assert.equal(await told(work), "ambiguous counts timeout");
  });

  it("is not to blame when the caller gives up, for whatever reason", async () => {
    const port = await provider(() => {});
    const aborting = (reason?: unknown) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      return controller.signal;
    };
    assert.equal(await told(() => fetched(port, { signal: aborting() })), "aborted");
    const reason = Object.assign(new Error("given up"), { code: "ECONNRESET" });
    assert.equal(await told(() => got(port, { signal: aborting(reason) })), "aborted");
  });

  it("is not to blame for a mistake in the function", async () => {
    assert.equal(await told(() => fetch("no url")), "final ERR_INVALID_URL");
    assert.equal(await told(() => JSON.parse("{")), "final");
    assert.equal(await told(() => (undefined as unknown as string).length), "final");
  });

  it("says with its status what is the matter, and how long to wait", async () => {
    const server = http.createServer((request, response) => {
      response.writeHead(Number(request.headers["x-status"]), { "Retry-After": "7" }).end("body");
    });
    const port = await listening(server);
    const statuses = [
      [200, null],
      [429, "throttled"],
      [503, "throttled"],
      [500, "ambiguous"],
      [404, "final"],
    ] as const;
    for (const [status, kind] of statuses) {
      const headers = { "x-status": String(status) };
      for (const failure of [
        classifiers.default(await endOf(() => fetched(port, { headers }))),
        classifiers.http(await endOf(() => got(port, { headers }))),
      ]) {
        assert.equal(failure?.class ?? null, kind);
        if (kind === "throttled") assert.equal(failure?.retryAfterMs, 7_000);
      }
    }
  });
});

describe("a provider that speaks HTTP/2", () => {
  async function session(act: (stream: http2.ServerHttp2Stream) => void): Promise<http2.ClientHttp2Session> {
    const server = http2.createServer().on("session", (one) => one.on("error", () => {}));
    server.on("stream", (stream) => {
      stream.on("error", () => {});
      act(stream);
    });
    const client = http2.connect(`http://127.0.0.1:${await listening(server)}`).on("error", () => {});
    cleanups.push(() => client.destroy());
    return client;
  }

  async function streamed(client: http2.ClientHttp2Session): Promise<void> {
    const stream = client.request({ ":path": "/" }).resume();
    await once(stream, "close");
  }

  const { NGHTTP2_REFUSED_STREAM, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR } = http2.constants;
  const reasons = [
    [NGHTTP2_REFUSED_STREAM, "unsent counts refused NGHTTP2_REFUSED_STREAM"],
    [NGHTTP2_ENHANCE_YOUR_CALM, "throttled counts NGHTTP2_ENHANCE_YOUR_CALM"],
    [NGHTTP2_INTERNAL_ERROR, "ambiguous counts reset ERR_HTTP2_STREAM_ERROR"],
  ] as const;
  for (const [reason, expected] of reasons) {
    it(`is understood when it closes a stream: ${expected}`, async () => {
      const client = await session((stream) => stream.close(reason));
      assert.equal(await told(() => streamed(client)), expected);
    });
  }

  it("may have executed when it ends the session, and has not what comes after", async () => {
    const client = await session((stream) => stream.session?.goaway(NGHTTP2_ENHANCE_YOUR_CALM, 0));
    assert.equal(await told(() => streamed(client)), "ambiguous counts reset ERR_HTTP2_SESSION_ERROR");
    assert.equal(
      await told(() => streamed(client)),
      "unsent counts connect-failure ERR_HTTP2_INVALID_SESSION",
    );
  });

  it("has not executed what comes after it said that it will take no more", async () => {
    const client = await session((stream) => {
      stream.session?.goaway(0, stream.id);
      stream.respond();
      stream.end("ok");
    });
    const goaway = once(client, "goaway");
    assert.equal(await told(() => streamed(client)), "success");
    await goaway;
    assert.match(await told(() => streamed(client)), /^unsent counts (refused|connect-failure) ERR_HTTP2_/);
  });

  it("has not executed when there was no connection", async () => {
    const client = http2.connect(`http://127.0.0.1:${await closedPort()}`).on("error", () => {});
    assert.equal(await told(() => streamed(client)), "unsent counts connect-failure ERR_HTTP2_STREAM_CANCEL");
  });
});

describe("a database of SQLite", () => {
  it("is busy where another connection writes, and final where the statement is wrong", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-classify-"));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const [one, other] = [new DatabaseSync(join(folder, "a.db")), new DatabaseSync(join(folder, "a.db"))];
    one.exec("CREATE TABLE t (x UNIQUE); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)");
    assert.equal(await told(() => other.exec("INSERT INTO t VALUES (2)"), "sql"), "unsent SQLITE_BUSY");
    assert.equal(await told(() => one.exec("INSERT INTO t VALUES (1)"), "sql"), "final SQLITE_19");
    assert.equal(await told(() => one.exec("COMMIT"), "sql"), "success");
    one.close();
    other.close();
  });
});

/** A certificate that vouches for itself, written down as X.509 wants it. */
function selfSigned(): https.ServerOptions {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
  };
  const algorithm = der(0x30, der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const name = der(
    0x30,
    der(0x31, der(0x30, der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("x")))),
  );
  const validity = der(
    0x30,
    der(0x17, Buffer.from("200101000000Z")),
    der(0x17, Buffer.from("490101000000Z")),
  );
  const key = publicKey.export({ type: "spki", format: "der" });
  const signed = der(0x30, der(0x02, Buffer.from([1])), algorithm, name, validity, name, key);
  const signature = der(0x03, Buffer.from([0]), sign("sha256", signed, privateKey));
  const body = der(0x30, signed, algorithm, signature).toString("base64");
  const cert = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ type: "pkcs8", format: "pem" }) };
}
