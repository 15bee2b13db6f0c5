import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Provider, startProvider } from "./provider.ts";

const here = import.meta.dirname;
/** Holdfast's packages as they stand in this repository; installed ones need no condition. */
const nodeOptions = ["--conditions=@holdfast/source", "--disable-warning=ExperimentalWarning"];

/** Where the example runs. */
export interface Place {
  readonly folder: string;
  /** Whether the folder is the example's own, to be taken away at the end. */
  readonly temporary: boolean;
  readonly port: number;
  readonly database: string;
  readonly broker: string | null;
  /** The PostgreSQL schema, and what RabbitMQ's exchange and queues begin with. */
  readonly name: string;
}

/** The servers of this machine by their usual addresses. */
const usual = {
  postgres: "postgres://root@127.0.0.1:5432/test",
  rabbitmq: "amqp://guest:guest@127.0.0.1:5672",
} as const;

/** Reads the command line: nothing is the embedded default; `--postgres [url]` or `--rabbitmq [url]` takes both servers. */
export async function placeOf(args: readonly string[]): Promise<Place> {
  const { values } = parseArgs({
    args: args.map((arg, at) => {
      const name = arg.slice(2) as keyof typeof usual;
      const bare = arg in { "--postgres": 1, "--rabbitmq": 1 } && (args[at + 1] ?? "--").startsWith("--");
      return bare ? `${arg}=${usual[name]}` : arg;
    }),
    options: {
      folder: { type: "string" },
      name: { type: "string", default: "orders" },
      port: { type: "string", default: "0" },
      postgres: { type: "string" },
      rabbitmq: { type: "string" },
    },
  });
  const { name, postgres, rabbitmq } = values;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port takes a number from 0 (any) to 65535, not "${values.port}"`);
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), "holdfast-orders-")));
  const servers = postgres !== undefined || rabbitmq !== undefined;
  return {
    folder,
    temporary: values.folder === undefined,
    name,
    port,
    database: servers ? (postgres ?? usual.postgres) : `sqlite:${join(folder, "orders.db")}`,
    broker: servers ? (rabbitmq ?? usual.rabbitmq) : null,
  };
}

/** A process of the service. */
export interface Part {
  readonly process: ChildProcess;
  /** The port it listens on; null for a worker. */
  readonly port: number | null;
}

/** The example while it runs. */
export interface System {
  readonly place: Place;
  readonly provider: Provider;
  readonly url: string;
  /** Kills the process that consumes and leads sagas, without warning. */
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** Runs `holdfast` on the database, as an operator would. */
  holdfast(...args: readonly string[]): Promise<{ readonly status: number | null; readonly text: string }>;
  stop(): Promise<void>;
}

/** Starts the provider and the service: one process on the embedded default, a web process and a worker on servers. */
export async function startSystem(place: Place, providerPort = 0): Promise<System> {
  const provider = await startProvider(providerPort);
  const log = createWriteStream(join(place.folder, "service.log"), { flags: "a" });
  const shared = {
    ...cacheIn(place),
    DATABASE_URL: place.database,
    BROKER_URL: place.broker ?? "",
    ORDERS_NAME: place.name,
    PAYMENTS_URL: provider.url,
  };
  const start = (part: string, port: number): Promise<Part> =>
    startPart({ ...shared, ORDERS_PART: part, PORT: String(port) }, (text) => void log.write(text));
  const split = place.broker !== null;
  const front = await start(split ? "web" : "all", place.port);
  const port = front.port ?? place.port;
  let worker = split ? await start("worker", 0) : front;
  const parts = (): ReadonlySet<Part> => new Set(split ? [front, worker] : [worker]);
  return {
    place,
    provider,
    url: `http://127.0.0.1:${port}`,
    async killWorker() {
      worker.process.kill("SIGKILL");
      await ended(worker.process);
    },
    async startWorker() {
      worker = await start(split ? "worker" : "all", split ? 0 : port);
    },
    holdfast: (...args) => runHoldfast(place, args),
    async stop() {
      for (const part of parts()) part.process.kill("SIGTERM");
      for (const part of parts()) await ended(part.process);
      await provider.close();
      log.end();
    },
  };
}

async function startPart(
  env: Readonly<Record<string, string>>,
  onText: (text: string) => void,
): Promise<Part> {
  const child = spawn(process.execPath, [...nodeOptions, "service/main.ts"], {
    cwd: here,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const started = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        onText(chunk);
        if (text.includes('"type":"started"')) return;
        text += chunk;
        if (text.includes('"type":"started"')) resolve();
      });
    child.once("exit", () => reject(new Error(`the service ended before it had started:\n${text}`)));
  });
  await started;
  const [, port = null] = /"type":"listening","port":(\d+)/.exec(text) ?? [];
  return { process: child, port: port === null ? null : Number(port) };
}

/** Most of what a short command takes is reading the packages: after the first one they are in the cache. */
function cacheIn({ folder }: Place): Readonly<Record<string, string>> {
  return { NODE_COMPILE_CACHE: join(folder, ".cache") };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

async function runHoldfast(
  place: Place,
  args: readonly string[],
): Promise<{ readonly status: number | null; readonly text: string }> {
  const { database, name } = place;
  const where = ["--database", database, ...(database.startsWith("sqlite:") ? [] : ["--schema", name])];
  const main = join(here, "../../packages/holdfast/src/main.ts");
  const child = spawn(process.execPath, [...nodeOptions, main, ...args, ...where], {
    cwd: here,
    env: { ...process.env, ...cacheIn(place) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  await once(child, "close");
  return { status: child.exitCode, text };
}
