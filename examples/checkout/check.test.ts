import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readContract } from "../../packages/contract/src/index.ts";
import { readPolicy } from "../../packages/core/src/index.ts";
import { copyWithout, type Defect, readDefects } from "./defects.ts";

const here = import.meta.dirname;
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** A payment provider of a few lines: answers with the statuses it is given, then with 201, and remembers what it was sent. */
async function startProvider(): Promise<{
  readonly server: Server;
  readonly url: string;
  readonly statuses: number[];
  readonly seen: { readonly key: string; readonly trace: string; readonly body: unknown }[];
}> {
  const statuses: number[] = [];
  const seen: { key: string; trace: string; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
    seen.push({
      key: String(request.headers["idempotency-key"]),
      trace: String(request.headers["traceparent"]),
      body,
    });
    response.writeHead(statuses.shift() ?? 201, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "ch_1", status: "succeeded" }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, statuses, seen };
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

interface Service {
  readonly process: ChildProcess;
  readonly url: string;
  readonly output: () => string;
}

async function startService(
  folder: string,
  paymentsUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const port = await freePort();
  const options = ["--conditions=@holdfast/source", "--disable-warning=ExperimentalWarning", "service.mjs"];
  const child = spawn(process.execPath, options, {
    cwd: folder,
    env: { PORT: String(port), PAYMENTS_URL: paymentsUrl, PAYMENTS_API_KEY: "key-of-the-test", ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    const ready = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { process: child, url, output: () => output };
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`the service in ${folder} was not ready within 10 s:\n${output}`);
}

async function stop(service: Service): Promise<void> {
  if (service.process.exitCode !== null) return;
  service.process.kill("SIGTERM");
  await once(service.process, "exit");
}

function post(service: Service, order: unknown): Promise<Response> {
  return fetch(`${service.url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer of-the-caller", traceparent },
    body: JSON.stringify(order),
  });
}

for (const version of ["naive", "hardened"]) {
  describe(`checkout, ${version}`, () => {
    let provider: Awaited<ReturnType<typeof startProvider>>;
    let service: Service;

    before(async () => {
      provider = await startProvider();
      service = await startService(join(here, version), provider.url);
    });
    after(async () => {
      await stop(service);
      provider.server.closeAllConnections();
      provider.server.close();
    });

    it("stores an order, charges it and answers 201", async () => {
      const answer = await post(service, { id: "healthy", amount: 4200 });

      assert.equal(answer.status, 201);
      assert.deepEqual(await answer.json(), { id: "healthy", amount: 4200, status: "paid", charge: "ch_1" });
      assert.deepEqual(provider.seen.at(-1)?.body, { orderId: "healthy", amount: 4200, currency: "EUR" });
    });

    it("answers 502 when the provider refuses for good", async () => {
      provider.statuses.push(500, 500, 500, 500);
      const answer = await post(service, { id: "refused", amount: 4200 });

      assert.equal(answer.status, 502);
      assert.match(await answer.text(), /did not go through/);
      provider.statuses.length = 0;
    });

    it("refuses an order without an amount", async () => {
      assert.equal((await post(service, { id: "empty" })).status, 422);
    });
  });
}

describe("checkout, hardened", () => {
  for (const via of ["fetch", "undici", "node-http"]) {
    it(`sends one key and one trace on every attempt, and logs the trace but no card: ${via}`, async () => {
      const provider = await startProvider();
      provider.statuses.push(503, 429);
      const service = await startService(join(here, "hardened"), provider.url, { PAYMENTS_VIA: via });
      try {
        const answer = await post(service, { id: "twice", amount: 1, card: "4000056655665556" });

        assert.equal(answer.status, 201);
        assert.deepEqual(new Set(provider.seen.map(({ key }) => key)), new Set(["charge-twice"]));
        assert.deepEqual(
          new Set(provider.seen.map(({ trace }) => trace.split("-")[1])),
          new Set([traceparent.split("-")[1]]),
        );
        assert.equal(new Set(provider.seen.map(({ trace }) => trace)).size, 3);
        assert.match(service.output(), /0af7651916cd43dd8448eb211c80319c/);
        assert.doesNotMatch(service.output(), /4000056655665556|of-the-caller/);
      } finally {
        await stop(service);
        provider.server.closeAllConnections();
        provider.server.close();
      }
    });
  }

  it("tells Prometheus how the calls to its provider ended, from the start", async () => {
    const provider = await startProvider();
    const service = await startService(join(here, "hardened"), provider.url);
    const scrape = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();
    try {
      const before = await scrape();
      provider.statuses.push(503, 201, 404);
      await post(service, { id: "retried", amount: 1 });
      await post(service, { id: "refused", amount: 1 });
      const after = await scrape();

      const policy = 'holdfast_resilience_policy="payments"';
      assert.doesNotMatch(before, /outcome="FAILED"/);
      assert.ok(
        after.includes(
          `holdfast_resilience_calls_total{${policy},holdfast_resilience_outcome="success"} 1\n`,
        ),
      );
      assert.ok(after.includes(`holdfast_resilience_retries_total{${policy}} 1\n`), after);
      assert.match(
        after,
        /call_duration_seconds_count\{holdfast_resilience_policy="payments",error_type="FAILED"\} 1\n/,
      );
    } finally {
      await stop(service);
      provider.server.closeAllConnections();
      provider.server.close();
    }
  });

  it("runs the very policy that its contract declares", async () => {
    const file = join(here, "hardened", "holdfast.yaml");
    const read = readContract({ text: await readFile(file, "utf8"), file, env: {} });
    assert.ok("contract" in read);
    const [payments] = read.contract.integrations;
    const running: { readonly paymentsPolicy: unknown } = await import(join(here, "hardened", "policy.mjs"));
    const policy = readPolicy(running.paymentsPolicy);
    assert.ok("policy" in policy);
    assert.deepEqual(policy.policy, payments?.policy);
  });
});

describe("the defects of checkout, naive", () => {
  async function place(defects: readonly Defect[]): Promise<number> {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-checkout-"));
    const provider = await startProvider();
    const service = await startService(await copyWithout(defects, folder), provider.url);
    try {
      return (await post(service, { id: "healthy", amount: 4200 })).status;
    } finally {
      await stop(service);
      provider.server.closeAllConnections();
      provider.server.close();
      await rm(folder, { recursive: true });
    }
  }

  it("has at least ten, each with a check of its own", async () => {
    const defects = await readDefects();

    assert.ok(defects.length >= 10, `only ${defects.length}`);
    assert.equal(new Set(defects.map(({ check }) => check)).size, defects.length);
    assert.equal(new Set(defects.map(({ id }) => id)).size, defects.length);
  });

  it("still places orders when any one of them is undone", async () => {
    for (const defect of await readDefects()) assert.equal(await place([defect]), 201, defect.id);
  });

  it("still places orders when all of them are undone", async () => {
    assert.equal(await place(await readDefects()), 201);
  });
});
