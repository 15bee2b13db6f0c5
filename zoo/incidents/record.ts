/**
 * Records labelled incidents: `node --conditions=@holdfast/source zoo/incidents/record.ts OUT`. Every second one goes to OUT/held-back, which
 * whoever works on the finders does not look at.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, systemClock } from "../../packages/core/src/index.ts";
import {
  createRedactor,
  type FaultProxy,
  type FaultSpec,
  type ProviderOperation,
  type StubProvider,
  startProxy,
  startStub,
} from "../../packages/faults/src/index.ts";
import { network, type RecordedCase, recordedCases, services, type Trouble, troubles } from "./cases.ts";
import { type Gateway, startGateway } from "./gateway.ts";

const root = resolve(import.meta.dirname, "../..");
const redactor = createRedactor({ key: Buffer.alloc(32, 7), secrets: [] });
const random = seededRandom(1);
const callsEach = 8;

const charge: ProviderOperation = {
  name: "charge",
  request: { method: "POST", path: "/v1/charges" },
  idempotencyKey: "idempotency-key",
  effectKey: "/orderId",
  answer: {
    status: 201,
    headers: { "content-type": "application/json" },
    body: '{"id":"ch_1","status":"succeeded"}',
  },
  errors: {},
};

interface Label {
  readonly dependency: string | null;
  readonly classes: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: string[];
}

async function startService(one: RecordedCase, env: Record<string, string>): Promise<Running> {
  const { folder, args, env: own } = services[one.service];
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ["--conditions=@holdfast/source", "--disable-warning=ExperimentalWarning", ...args],
    {
      cwd: join(root, folder),
      env: { ...env, ...own, PORT: String(port), PAYMENTS_API_KEY: "key-of-the-recording" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const lines: string[] = [];
  const stamped = one.service.startsWith("zoo");
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\n");
      rest = parts.pop() ?? "";
      const at = `${new Date().toISOString().slice(0, -1)}000000Z`;
      for (const line of parts) lines.push(stamped ? `${at} ${line}` : line);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { child, url, lines };
    await sleep(50);
  }
  child.kill("SIGKILL");
  throw new Error(`${one.service} was not ready: ${lines.join("\n")}`);
}

let orders = 0;
async function drive(url: string, count: number, bad: boolean): Promise<void> {
  const one = async (): Promise<void> => {
    await sleep(random.next() * 600);
    const id = `order-${++orders}`;
    const trace = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    await fetch(`${url}/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      body: JSON.stringify(bad ? { id } : { id, amount: 4200 }),
      signal: AbortSignal.timeout(12_000),
    })
      .then((answer) => answer.text())
      .catch(() => "");
  };
  await Promise.all(Array.from({ length: count }, one));
}

interface Stage {
  readonly scratch: string;
  readonly stub: StubProvider;
  readonly proxy: FaultProxy;
  readonly service: Running;
  readonly gateway: Gateway | null;
}

async function openStage(one: RecordedCase): Promise<Stage> {
  const scratch = await mkdtemp(join(tmpdir(), "holdfast-incident-"));
  const common = {
    integration: "payments",
    operations: [charge],
    clock: systemClock,
    redactor,
    record: () => {},
  };
  const stub = await startStub({ ...common, render: (text) => text });
  const proxy = await startProxy({
    ...common,
    name: "p1",
    provider: { url: stub.url },
    random: seededRandom(1),
  });
  const service = await startService(one, {
    PATH: process.env["PATH"] ?? "",
    PAYMENTS_URL: proxy.url,
    ORDERS_DB: join(scratch, "orders.db"),
  });
  const gateway = one.gateway === undefined ? null : await startGateway(one.gateway, service.url);
  return { scratch, stub, proxy, service, gateway };
}

async function closeStage({ scratch, stub, proxy, service, gateway }: Stage): Promise<void> {
  service.child.kill("SIGKILL");
  gateway?.server.closeAllConnections();
  gateway?.server.close();
  await proxy.close();
  await stub.close();
  await rm(scratch, { recursive: true });
}

/** Makes the trouble; what it answers ends it. */
async function begin(
  { fault, act }: Trouble,
  { proxy, scratch, service }: Stage,
): Promise<() => Promise<void>> {
  const arm = (spec: FaultSpec | null): Promise<void> =>
    proxy.arm({ call: "all", operation: null, program: { steps: [{ fault: spec, times: "forever" }] } });
  if (fault !== undefined) await arm(fault);
  if (act === "kill-service") {
    service.child.kill("SIGKILL");
    await once(service.child, "exit");
  }
  if (act !== "lock-database") return () => arm(null);
  const lock = new DatabaseSync(join(scratch, "orders.db"));
  lock.exec("BEGIN EXCLUSIVE");
  return async () => {
    lock.exec("ROLLBACK");
    lock.close();
  };
}

/** What may truthfully be said of it by whoever has only the logs. */
function truthOf(one: RecordedCase, { act, fault, classes }: Trouble): Pick<Label, "dependency" | "classes"> {
  if (act === "kill-service") return { dependency: "checkout", classes };
  // This one answers 500 and logs nothing: only the gateway's log tells.
  if (act === "lock-database" && one.service === "naive")
    return { dependency: "checkout", classes: ["server-error"] };
  if (act === "lock-database") return { dependency: "database", classes };
  if (fault === undefined) return { dependency: null, classes };
  const vague = services[one.service].hidesCodes && network.some((id) => classes.includes(id));
  return { dependency: "payments", classes: vague ? [...classes, "connection-failed"] : classes };
}

async function record(one: RecordedCase, out: string): Promise<void> {
  const trouble = troubles[one.trouble];
  if (trouble === undefined) throw new Error(`there is no trouble ${one.trouble}`);
  const stage = await openStage(one);
  const { service, gateway, scratch } = stage;
  const target = gateway?.url ?? service.url;
  try {
    await drive(target, callsEach, false);
    const fromMs = Date.now();
    const end = await begin(trouble, stage);
    await drive(target, callsEach * 2, trouble.act === "bad-callers");
    const toMs = Date.now();
    await end();
    if (trouble.act !== "kill-service") await drive(target, callsEach / 2, false);
    await sleep(300);
    const behind = one.gateway === undefined ? [] : [`behind-${one.gateway}`];
    const folder = join(out, [one.service, one.trouble, ...behind].join("-"));
    await mkdir(folder, { recursive: true });
    const save = (name: string, lines: readonly string[]): Promise<void> =>
      writeFile(
        join(folder, name),
        `${lines.map((line) => line.replaceAll(root, "/srv").replaceAll(scratch, "/data")).join("\n")}\n`,
      );
    await save("checkout.log.txt", service.lines);
    if (gateway !== null) await save("gateway.log.txt", gateway.lines);
    const label: Label = { ...truthOf(one, trouble), fromMs, toMs };
    await writeFile(join(folder, "label.json"), `${JSON.stringify(label, null, 2)}\n`);
  } finally {
    await closeStage(stage);
  }
}

const out = resolve(process.argv[2] ?? "incidents");
// Two at a time; neighbours in the list share a service, so both halves see each of them.
const waiting = recordedCases.map((one, at) => ({
  one,
  folder: join(out, at % 2 === 0 ? "known" : "held-back"),
}));
await Promise.all(
  [1, 2].map(async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await record(next.one, next.folder).catch((failure: unknown) =>
        process.stderr.write(`${next?.one.service} ${next?.one.trouble}: ${String(failure)}\n`),
      );
  }),
);
process.exit(0);
