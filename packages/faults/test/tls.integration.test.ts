import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { systemClock } from "@holdfast/core";
import { certificateDefects } from "../src/handshakes.ts";
import { createTlsIdentity, type TlsIdentity } from "../src/index.ts";
import { httpProvider, type RecordedProxy, recordedProxy } from "./support.ts";

describe("the proxy over TLS", () => {
  let provider: Awaited<ReturnType<typeof httpProvider>>;
  let identity: TlsIdentity;
  let proxy: RecordedProxy;

  before(async () => {
    provider = await httpProvider((asked, response) => {
      asked.resume();
      response.setHeader("content-length", 2);
      response.end("ok");
    });
    identity = await createTlsIdentity(systemClock);
  });
  after(() => provider.close());

  async function withProxy(use: () => Promise<void>): Promise<void> {
    proxy = await recordedProxy(provider.url, { tls: identity });
    try {
      await use();
    } finally {
      await proxy.close();
    }
  }

  /** Resolves to status and body, or to the code of the failure. */
  function get(options: RequestOptions = {}): Promise<string> {
    return new Promise((resolve) => {
      const asked = request(
        proxy.url,
        { ca: identity.ca, agent: false, method: "POST", path: "/v1/charges", ...options },
        (answer) => {
          let body = "";
          answer.setEncoding("utf8").on("data", (text: string) => {
            body += text;
          });
          answer.on("end", () => resolve(`${answer.statusCode} ${body}`));
          answer.on("error", (failure: NodeJS.ErrnoException) => resolve(String(failure.code)));
        },
      );
      asked.on("error", (failure: NodeJS.ErrnoException) => resolve(String(failure.code)));
      asked.end("{}");
    });
  }

  it("records what a consumer asks that trusts the run's authority, on connections that are kept", () =>
    withProxy(async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: identity.ca });

      assert.equal(await get({ agent }), "200 ok");
      assert.equal(await get({ agent }), "200 ok");

      assert.match(proxy.url, /^https:\/\/127\.0\.0\.1:\d+$/);
      assert.deepEqual(
        proxy.exchanges().map(({ connection, ordinal, end }) => [connection, ordinal, end]),
        [
          [1, 0, "complete"],
          [1, 1, "complete"],
        ],
      );
      assert.deepEqual(proxy.problems(), []);
      agent.destroy();
    }));

  it("is refused by a consumer that does not know the authority", () =>
    withProxy(async () => {
      assert.equal(await get({ ca: [] }), "UNABLE_TO_VERIFY_LEAF_SIGNATURE");
      assert.deepEqual(proxy.exchanges(), []);
    }));

  it("resets, closes, and answers in the provider's place as in the clear", () =>
    withProxy(async () => {
      await proxy.fault({ kind: "reset" }, 1);
      assert.equal(await get(), "ECONNRESET");
      await proxy.fault({ kind: "close" }, 1);
      assert.equal(await get(), "ECONNRESET");
      await proxy.fault({ kind: "status", status: 503 }, 1);
      assert.equal(await get(), '503 {"code":"down"}');
      await proxy.fault({ kind: "truncate" }, 1);
      assert.equal(await get(), "ECONNRESET");

      assert.deepEqual(
        proxy.exchanges().map(({ fault, end }) => [fault?.spec.kind, end]),
        [
          ["reset", "fault-closed"],
          ["close", "fault-closed"],
          ["status", "complete"],
          ["truncate", "fault-closed"],
        ],
      );
      assert.deepEqual(proxy.problems(), []);
    }));

  it("sees when a consumer gives up on an answer that does not come", () =>
    withProxy(async () => {
      await proxy.fault({ kind: "hang" }, 1);
      assert.equal(await get({ signal: AbortSignal.timeout(300) }), "ABORT_ERR");
      await systemClock.sleep(100);

      const [exchange] = proxy.exchanges();
      assert.ok(exchange?.consumerClosed, "the close was seen");
      const waitedMs = exchange.consumerClosed.atMs - exchange.arrivedMs;
      assert.ok(waitedMs > 150 && waitedMs < 2_000, `${waitedMs} ms`);
    }));

  it("leaves handshakes without an answer, sees who gives up, and serves again", () =>
    withProxy(async () => {
      await proxy.fault({ kind: "tls-hang" });
      assert.equal(await get({ signal: AbortSignal.timeout(300) }), "ABORT_ERR");
      const late = get();
      await systemClock.sleep(100);
      await proxy.arm({ call: null, operation: null, program: { steps: [] } });

      assert.equal(await late, "ECONNRESET", "what still waits is ended");
      assert.equal(await get(), "200 ok");
      const [hang, ...others] = proxy.records.filter((record) => record.type === "handshakes");
      assert.deepEqual(others, []);
      assert.ok(hang?.type === "handshakes" && hang.reopenedMs !== null);
      const [given, kept] = hang.connects;
      assert.equal(hang.connects.length, 2);
      const waitedMs = (given?.endedMs ?? 0) - (given?.beganMs ?? 0);
      assert.ok(waitedMs > 150 && waitedMs < 2_000, `${waitedMs} ms`);
      assert.deepEqual([kept?.endedMs, kept?.secured], [null, false]);
      assert.equal(proxy.exchanges().length, 1);
    }));

  const refusals = {
    expired: "CERT_HAS_EXPIRED",
    "other-host": "ERR_TLS_CERT_ALTNAME_INVALID",
    "unknown-authority": "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  };
  for (const defect of certificateDefects) {
    it(`shows a certificate that is no good: ${defect}`, () =>
      withProxy(async () => {
        await proxy.fault({ kind: "bad-certificate", defect });
        assert.equal(await get(), refusals[defect]);
        assert.deepEqual(proxy.exchanges(), [], "who looks at it sends no request");
        assert.equal(await get({ rejectUnauthorized: false }), "200 ok");
        assert.equal(proxy.exchanges().length, 1, "who does not look at it is served");
        await systemClock.sleep(50);
        await proxy.arm({ call: null, operation: null, program: { steps: [] } });
        assert.equal(await get(), "200 ok");

        const [shown] = proxy.records.filter((record) => record.type === "handshakes");
        assert.ok(shown?.type === "handshakes");
        assert.equal(shown.connects.length, 2);
        assert.ok(shown.connects.every(({ endedMs }) => endedMs !== null));
        assert.deepEqual(proxy.problems(), []);
      }));
  }

  it("is spoken to by curl, which looks at certificates during the handshake", () =>
    withProxy(async () => {
      const folder = mkdtempSync(join(tmpdir(), "holdfast-tls-"));
      const file = join(folder, "ca.pem");
      writeFileSync(file, identity.ca);
      const curl = (...more: string[]) =>
        promisify(execFile)("curl", ["-sS", "--cacert", file, "--max-time", "5", ...more, proxy.url]).then(
          ({ stdout }) => stdout,
          ({ code }: { code: unknown }) => `exit ${String(code)}`,
        );
      try {
        assert.equal(await curl(), "ok");
        await proxy.fault({ kind: "bad-certificate", defect: "expired" });
        assert.equal(await curl(), "exit 60");
        assert.equal(await curl("--insecure"), "ok");
        await proxy.arm({ call: null, operation: null, program: { steps: [] } });
        const [shown] = proxy.records.filter((record) => record.type === "handshakes");
        assert.ok(shown?.type === "handshakes");
        assert.deepEqual(
          shown.connects.map(({ secured }) => secured),
          [false, true],
        );
        assert.match(String(shown.connects[0]?.alert), /expired|alert/i);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));

  it("cannot do either where consumers speak plain HTTP, and says so", async () => {
    proxy = await recordedProxy(provider.url);
    await proxy.fault({ kind: "tls-hang" });
    const [problem] = proxy.problems();
    assert.equal(problem?.code, "FAULT_BROKE_OFF");
    assert.match(String(problem?.message), /plain HTTP/);
    await proxy.close();
    assert.deepEqual(proxy.refusals(), [], "nobody was refused");
  });
});

describe("the authority of a run", () => {
  it("vouches for this machine alone, from a day before now to a week after", async () => {
    const identity = await createTlsIdentity(systemClock);
    const authority = new X509Certificate(identity.ca);
    const read = (which: Parameters<TlsIdentity["certificate"]>[0]) =>
      new X509Certificate(identity.certificate(which).cert);

    assert.equal(authority.ca, true);
    const valid = read("valid");
    assert.equal(valid.ca, false);
    assert.ok(valid.verify(authority.publicKey) && valid.checkIssued(authority));
    assert.equal(valid.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(valid.checkHost("localhost"), "localhost");
    assert.equal(valid.checkHost("example.com"), undefined);
    const now = Date.now();
    assert.ok(Date.parse(valid.validFrom) < now && Date.parse(valid.validTo) > now + 6 * 86_400_000);
    assert.ok(Date.parse(read("expired").validTo) < now - 80_000_000);
    assert.equal(read("other-host").checkIP("127.0.0.1"), undefined);
    assert.ok(read("other-host").verify(authority.publicKey));
    assert.equal(read("unknown-authority").verify(authority.publicKey), false);
    const serials = (["valid", "expired", "other-host", "unknown-authority"] as const).map(
      (which) => read(which).serialNumber,
    );
    assert.equal(new Set([authority.serialNumber, ...serials]).size, 5);
    assert.notEqual((await createTlsIdentity(systemClock)).ca, identity.ca, "no two runs share one");
  });
});
