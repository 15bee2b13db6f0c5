import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type Broker, delivery, isDeliveryError, message, type StandardSchema } from "@holdfast/delivery";
import { inProcess } from "@holdfast/delivery/in-process";
import { nats } from "@holdfast/delivery/nats";
import { z } from "zod";
import { freshDatabase, type LoadDatabase, openDatabase, placeOn } from "../load/databases.ts";
import { ownPath } from "../load/folder.ts";
import { countOf } from "../load/load.ts";
import { until } from "../load/until.ts";
import { mariadbMissing, startMariadb } from "../servers/mariadb.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

const mebibyte = 2 ** 20;
/** What the database says to so much may take its time. */
const answerTimeoutMs = 60_000;
const bytesMax = 63 * mebibyte;
const schema: StandardSchema<{ readonly blob: string }> = z.object({ blob: z.string() });
const Blob = message("load.blob", { schema });

const stores = [
  { kind: "sqlite", skip: false, start: async () => null, buses: ["in-process", "nats"] },
  { kind: "postgres", skip: postgresMissing, start: startPostgres, buses: ["in-process"] },
  {
    kind: "mariadb",
    skip: mariadbMissing,
    start: () => startMariadb({ "max-allowed-packet": "256M", "innodb-log-file-size": "512M" }),
    buses: ["in-process"],
  },
] as const;

describe("a payload of 50 MB", { skip: natsMissing }, () => {
  const files = ownPath();
  let server: OwnServer;
  const blob = randomBytes(25 * mebibyte).toString("hex");
  before(async () => {
    server = await startNats({ payloadBytesMax: 64 * mebibyte });
  });
  after(async () => {
    await server?.close();
    files.remove();
  });

  const brokers = {
    "in-process": () => inProcess() as Broker,
    nats: () =>
      nats({
        servers: `nats://127.0.0.1:${server.port}`,
        stream: "BLOBS",
        declare: true,
        bytesMax,
      }) as Broker,
  };

  for (const { kind, skip, start, buses } of stores)
    it(`is refused at publish by default, and arrives whole where it is allowed, on ${kind} (P9)`, {
      skip,
    }, async () => {
      const own = await start();
      const place = await placeOn(kind, own, files.path("blob.db"));
      const database = openDatabase(place, place, answerTimeoutMs);
      try {
        await refusedByDefault(database, blob);
        // What NATS takes ends at 64 MB, and long before that it asks its users to send references.
        for (const bus of buses)
          await arrivesWhole(
            database,
            brokers[bus](),
            `blobs-${kind}-${bus}`,
            bus === "nats" ? blob.slice(0, 16 * mebibyte) : blob,
          );
      } finally {
        await database.close();
        await own?.close();
      }
    });

  it("is refused with a code, and not half written, by a MariaDB that takes smaller packets", {
    skip: mariadbMissing,
  }, async () => {
    const own = await startMariadb();
    const place = await freshDatabase("mariadb", own.port);
    const database = openDatabase(place, place, answerTimeoutMs);
    try {
      const d = delivery({ store: database.store, payloadBytesMax: bytesMax });
      await d.migrate();
      await assert.rejects(d.publishNow(Blob({ blob })), isDeliveryError);
      assert.equal(await countOf(database, "outbox"), 0);
    } finally {
      await database.close();
      await own.close();
    }
  });
});

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function refusedByDefault(database: LoadDatabase, blob: string): Promise<void> {
  const d = delivery({ store: database.store });
  await d.migrate();
  await assert.rejects(
    d.publishNow(Blob({ blob })),
    (error) => isDeliveryError(error) && error.code === "MESSAGE_TOO_LARGE",
  );
  assert.equal(await countOf(database, "outbox"), 0);
}

async function arrivesWhole(
  database: LoadDatabase,
  broker: Broker,
  consumer: string,
  blob: string,
): Promise<void> {
  const arrived: string[] = [];
  const d = delivery({ store: database.store, brokers: { bus: broker }, payloadBytesMax: bytesMax });
  d.consume(consumer, Blob, (data) => {
    arrived.push(hashOf(data.blob));
  });
  const stop = new AbortController();
  const running = d.run({ signal: stop.signal });
  try {
    await d.publishNow(Blob({ blob }));
    await until(`it arrives at ${consumer}`, () => arrived.length > 0, 90_000);
    await until("the outbox is empty", async () => (await countOf(database, "outbox")) === 0, 90_000);
    assert.deepEqual(arrived, [hashOf(blob)]);
  } finally {
    stop.abort();
    await running;
    await broker.close();
  }
}
