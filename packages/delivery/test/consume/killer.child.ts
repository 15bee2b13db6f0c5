import { DatabaseSync } from "node:sqlite";
import { systemClock, systemRandom } from "@holdfast/core";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import { createConsumer } from "../../src/consume/consumer.ts";
import type { Envelope } from "../../src/envelope.ts";
import { createPublisher } from "../../src/outbox/publisher.ts";
import type { Store } from "../../src/store.ts";
import { mysql } from "../../src/stores/mysql.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { sqlite } from "../../src/stores/sqlite.ts";
import { scriptedBroker } from "../support/scripted-broker.ts";
import { servers } from "../support/servers.ts";
import { Counted, effect, quick } from "./rig.ts";

/**
 * A process that consumes what it is given and dies of it: `n` of 13 kills it, in the handler's transaction. It ends by itself, with status 0,
 * once nothing is under way or parked. Acknowledged ids go to standard output, so that the parent delivers the others again.
 */
interface Task {
  readonly dialect: Store["dialect"];
  readonly place: string;
  readonly deliveries: readonly {
    readonly envelope: Envelope & { readonly text: string };
    readonly redelivered: boolean;
  }[];
}

const task: Task = JSON.parse(process.argv[2] ?? "");

function openStore(): Store {
  if (task.dialect === "postgres")
    return postgres(new Pool(servers.postgres), { schema: task.place, notify: false });
  if (task.dialect === "mysql") return mysql(createPool(servers.mariadb), { prefix: task.place });
  return sqlite(new DatabaseSync(task.place));
}

const store = openStore();
const surroundings = { clock: systemClock, random: systemRandom, emit: () => {} };
const broker = scriptedBroker();
const consumer = createConsumer(
  {
    store,
    broker,
    publisher: createPublisher({ store, source: "/child", ...surroundings }),
    ...surroundings,
  },
  {
    name: "mortal",
    messages: Counted,
    handler: async ({ n }, { tx, messageId }) => {
      await effect(tx, store, "mortal", messageId, n);
      if (n === 13) process.kill(process.pid, "SIGKILL");
    },
    ...quick,
    // Long enough for a machine that is busy: a lease that ends under a living process counts as one more death.
    leaseMs: 1_500,
  },
);
const stopping = new AbortController();
const running = consumer.run(stopping.signal);
while (!broker.subscribed) await systemClock.sleep(1);
for (const { envelope, redelivered } of task.deliveries) {
  const { text, ...rest } = envelope;
  void broker
    .deliver({ ...rest, body: new TextEncoder().encode(text) }, { redelivered })
    .then(({ id, how }) => process.stdout.write(`${how} ${id}\n`));
}
const parked = async (): Promise<number> => {
  const { rows } = await store.transaction((tx) =>
    tx.query(`select count(*) as parked from ${store.tables.of("parked")}`),
  );
  return Number(rows[0]?.["parked"]);
};
while (consumer.statistics().underWay > 0 || (await parked()) > 0) await systemClock.sleep(10);
stopping.abort();
await running;
process.exit(0);
