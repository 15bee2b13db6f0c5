import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { Broker } from "../../src/broker.ts";
import { nats } from "../../src/brokers/nats.ts";
import { brokerConformance } from "../../src/conformance/broker-conformance.ts";
import { absent, ownName, servers } from "../support/servers.ts";

const stream = ownName().toUpperCase();

brokerConformance({
  name: "nats",
  skip: await absent("nats"),
  address: servers.nats,
  unroutable: { subject: `${stream.toLowerCase()}-astray.placed` },
  open: ({ port = servers.nats.port, confirmTimeoutMs } = {}) =>
    nats({
      servers: `nats://127.0.0.1:${port}`,
      stream,
      declare: true,
      ackWaitMs: 1_500,
      backoff: { baseMs: 20, capMs: 200 },
      ...(confirmTimeoutMs !== undefined && { confirmTimeoutMs }),
    }) as Broker,
  async cleanUp() {
    const connection = await connect({ servers: servers.nats.url });
    const manager = await jetstreamManager(connection);
    await manager.streams.delete(stream);
    await connection.close();
  },
});
