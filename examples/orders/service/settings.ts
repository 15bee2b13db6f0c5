/** What the service is told by its environment. */
export interface Settings {
  readonly port: number;
  /** `sqlite:orders.db` or `postgres://…`. */
  readonly database: string;
  /** The schema of the tables in PostgreSQL, and what exchange and queues begin with in RabbitMQ. */
  readonly name: string;
  /** `amqp://…`; null is the broker within the process. */
  readonly broker: string | null;
  readonly paymentsUrl: string;
  /** `web` takes orders and relays messages; `worker` consumes them and leads sagas on; `all` is both in one process. */
  readonly part: "all" | "web" | "worker";
}

/** Reads the settings. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const broker = env["BROKER_URL"] ?? "";
  return {
    port: Number(env["PORT"] ?? 0),
    database: env["DATABASE_URL"] ?? "sqlite:orders.db",
    name: env["ORDERS_NAME"] ?? "orders",
    broker: broker === "" ? null : broker,
    paymentsUrl: env["PAYMENTS_URL"] ?? "http://127.0.0.1:9400",
    part: partOf(env["ORDERS_PART"]),
  };
}

function partOf(written = "all"): Settings["part"] {
  if (written === "all" || written === "web" || written === "worker") return written;
  throw new RangeError(`ORDERS_PART is ${written}; it takes all, web or worker.`);
}
