import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { servers } from "../../packages/delivery/test/support/servers.ts";
import { messageType, type Place } from "./run-name.ts";

/** A stream on disk, and the official client's `publish()` to it. */
export interface JetStream {
  publish(id: string, body: Buffer): Promise<void>;
  arrived(): Promise<number>;
  purge(): Promise<void>;
  clean(): Promise<void>;
}

/** Opens a connection and makes the stream: file storage, one replica, the default window for duplicates. */
export async function openJetStream({ name }: Place): Promise<JetStream> {
  const connection = await connect({ servers: servers.nats.url });
  const manager = await jetstreamManager(connection);
  const js = jetstream(connection);
  await manager.streams.add({ name, subjects: [`${name}.>`], storage: "file" });
  const subject = `${name}.${messageType}`;
  return {
    publish: async (msgID, body) => void (await js.publish(subject, body, { msgID })),
    arrived: async () => (await manager.streams.info(name)).state.messages,
    purge: async () => void (await manager.streams.purge(name)),
    async clean() {
      await manager.streams.delete(name);
      await connection.close();
    },
  };
}
