import { CodedError } from "@holdfast/core";
import type { DoctorOptions } from "@holdfast/delivery/operations";

type AskedBroker = NonNullable<DoctorOptions["brokers"]>[number];

interface Opened {
  readonly asked: AskedBroker;
  close(): Promise<void>;
}

/** Opens the brokers that `--broker` names, runs the work and closes them, however the work ends. */
export async function withBrokers<T>(
  urls: readonly string[],
  work: (brokers: readonly AskedBroker[]) => Promise<T>,
): Promise<T> {
  const opened: Opened[] = [];
  try {
    for (const url of urls) opened.push(await open(url));
    return await work(opened.map(({ asked }) => asked));
  } finally {
    for (const { close } of opened) await close();
  }
}

async function open(written: string): Promise<Opened> {
  const url = URL.parse(written);
  const name = url === null ? "" : `${url.protocol}//${url.host}`;
  if (url?.protocol === "amqp:" || url?.protocol === "amqps:") {
    const { rabbitmq } = await driverOf("amqplib", () => import("@holdfast/delivery/rabbitmq"));
    const broker = rabbitmq({ url: written });
    return { asked: { name, broker, destinations: [] }, close: () => broker.close() };
  }
  if (url?.protocol === "nats:") {
    const stream = decodeURIComponent(url.pathname.slice(1));
    if (stream === "")
      throw new CodedError("USAGE", `${name} names no stream`, { remedy: "Write nats://host:4222/STREAM." });
    url.pathname = "";
    const { nats } = await driverOf("@nats-io/transport-node", () => import("@holdfast/delivery/nats"));
    const broker = nats({ servers: url.href, stream });
    return { asked: { name, broker, destinations: [] }, close: () => broker.close() };
  }
  throw new CodedError("USAGE", "a broker's address is none that holdfast knows", {
    remedy: "Write amqp://user:password@host:5672/vhost or nats://host:4222/STREAM.",
  });
}

async function driverOf<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new CodedError("DRIVER_MISSING", `${name} is needed for this broker and is not installed`, {
      remedy: `Run npm install ${name} beside holdfast.`,
      cause,
    });
  }
}
