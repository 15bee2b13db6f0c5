import { rm } from "node:fs/promises";
import amqplib from "amqplib";
import pg from "pg";
import type { Place } from "./system.ts";

/** Takes away what a story has made: everything of its name on the servers, and a folder that nobody named. */
export async function cleanUp({ database, broker, name, folder, temporary }: Place): Promise<void> {
  if (broker !== null) {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query(`drop schema if exists ${client.escapeIdentifier(name)} cascade`);
    await client.end();
    const connection = await amqplib.connect(broker);
    const channel = await connection.createChannel();
    for (const consumer of ["billing", "status"])
      for (const queue of [`${name}.${consumer}`, `${name}.${consumer}.dead`])
        await channel.deleteQueue(queue);
    await channel.deleteExchange(name);
    await connection.close();
  }
  if (temporary) await rm(folder, { recursive: true, force: true });
}
