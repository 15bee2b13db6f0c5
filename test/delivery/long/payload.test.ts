import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type Broker, delivery, isDeliveryError, message, type StandardSchema } from "@holdfast/delivery";
import { inProcess } from "@holdfast/delivery/in-process";
import { nats } from "@holdfast/delivery/nats";
import { rabbitmq } from "@holdfast/delivery/rabbitmq";
import { z } from "zod";
import { freshDatabase, type LoadDatabase, openDatabase, placeOn } from "../load/databases.ts";
import { ownPath } from "../load/folder.ts";
import { countOf } from "../load/load.ts";
import { until } from "../load/until.ts";
import { mariadbMissing, startMariadb } from "../servers/mariadb.ts";
import { natsMissing, startNats } from "../servers/nats.ts";
import { postgresMissing, startPostgres } from "../servers/postgres.ts";
import { rabbitmqMissing, rabbitmqUrl, startRabbitmq } from "../servers/rabbitmq.ts";
import type { OwnServer } from "../servers/server.ts";

const mebibyte = 2 ** 20;
/** What the database says to so much may take its time. */
const answerTimeoutMs = 60_000;
const bytesMax = 63 * mebibyte;
/** JetStream confirms what is larger and never delivers it. */
const natsBytesMax = 32 * mebibyte - 64 * 1024;
const schema: StandardSchema<{ readonly blob: string }> = z.object({ blob: z.string() });
const Blob = message("load.blob", { schema });

const stores = [
  { kind: "sqlite", skip: false, start: async () => null, buses: ["in-process", "rabbitmq"] },
  { kind: "postgres", skip: postgresMissing, start: startPostgres, buses: ["in-process"] },
  {
    kind: "mariadb",
    skip: mariadbMissing,
    start: () => startMariadb({ "max-allowed-packet": "256M", "innodb-log-file-size": "512M" }),
    buses: ["in-process"],
  },
] as const;

describe("a payload of 50 MB", { skip: natsMissing || rabbitmqMissing }, () => {
  const files = ownPath();
  const blob = randomBytes(25 * mebibyte).toString("hex");
  let servers: readonly [nats: OwnServer, rabbitmq: OwnServer];
  before(async () => {
    servers = [await startNats({ payloadBytesMax: 64 * mebibyte }), await startRabbitmq()];
  });
  after(async () => {
    for (const server of servers ?? []) await server.close();
    files.remove();
  });

  const brokers = {
    "in-process": () => inProcess() as Broker,
    nats: () =>
      nats({
        servers: `nats://127.0.0.1:${servers[0].port}`,
        stream: "BLOBS",
        declare: true,
        bytesMax: natsBytesMax,
        confirmTimeoutMs: answerTimeoutMs,
        ackWaitMs: answerTimeoutMs,
      }) as Broker,
    rabbitmq: () =>
      rabbitmq({
        url: rabbitmqUrl(servers[1].port),
        exchange: "blobs",
        declare: true,
        bytesMax,
        confirmTimeoutMs: answerTimeoutMs,
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
        await refusedAtPublish(database, blob);
        for (const bus of buses) await arrivesWhole(database, brokers[bus](), `blobs-${kind}-${bus}`, blob);
      } finally {
        await database.close();
        await own?.close();
      }
    });

  it("is refused at publish where it goes to NATS, and the largest that is not arrives whole (P9)", async () => {
    const path = files.path("nats.db");
    const database = openDatabase({ kind: "sqlite", path }, { kind: "sqlite", path }, answerTimeoutMs);
    const wrapped = Buffer.byteLength(JSON.stringify({ blob: "" }));
    try {
      await refusedAtPublish(database, blob, { bus: brokers.nats() });
      await arrivesWhole(database, brokers.nats(), "blobs-nats", blob.slice(0, natsBytesMax - wrapped));
    } finally {
      await database.close();
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

async function refusedAtPublish(
  database: LoadDatabase,
  blob: string,
  brokers?: { readonly bus: Broker },
): Promise<void> {
  const d = delivery({
    store: database.store,
    ...(brokers === undefined ? {} : { brokers, payloadBytesMax: bytesMax }),
  });
  await d.migrate();
  await assert.rejects(
    d.publishNow(Blob({ blob })),
    (error) => isDeliveryError(error) && error.code === "MESSAGE_TOO_LARGE",
  );
  assert.equal(await countOf(database, "outbox"), 0);
  await brokers?.bus.close();
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
