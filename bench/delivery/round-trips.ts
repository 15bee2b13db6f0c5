import { Client, Pool } from "pg";
import { z } from "zod";
import { delivery } from "../../packages/delivery/src/delivery.ts";
import { message } from "../../packages/delivery/src/message.ts";
import { postgres } from "../../packages/delivery/src/stores/postgres.ts";
import { servers } from "../../packages/delivery/test/support/servers.ts";
import { payload } from "./run-name.ts";

const schema = z.object({ orderId: z.string(), text: z.string() });
const plain = message("order.plain", { schema });
const ordered = message("order.ordered", { schema, key: ({ orderId }) => orderId, ordered: true });

/** How often the database was asked by one `publish` in a transaction of the caller's: counted where the server says that it is ready for more. */
export async function roundTrips(schemaName: string): Promise<Readonly<Record<string, number>>> {
  const pool = new Pool({ ...servers.postgres, max: 2 });
  const d = delivery({ store: postgres(pool, { schema: schemaName, notify: false }) });
  d.route([plain, ordered], "local");
  const client = new Client(servers.postgres);
  await client.connect();
  let ready = 0;
  (client as unknown as { readonly connection: NodeJS.EventEmitter }).connection.on("readyForQuery", () => {
    ready += 1;
  });
  const counted = async (count: number, make: typeof plain | typeof ordered): Promise<number> => {
    await client.query("begin");
    ready = 0;
    await d.publish(
      client,
      Array.from({ length: count }, (_, at) => make(payload(at))),
    );
    const trips = ready;
    await client.query("commit");
    return trips;
  };
  try {
    await d.migrate();
    return {
      "one message": await counted(1, plain),
      "one ordered message": await counted(1, ordered),
      "100 messages": await counted(100, plain),
      "100 ordered messages": await counted(100, ordered),
    };
  } finally {
    await client.end();
    await d.close();
    await pool.query(`drop schema ${schemaName} cascade`);
    await pool.end();
  }
}
