import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { servers } from "../../../packages/delivery/test/support/servers.ts";
import { openAmqp } from "../amqp.ts";
import type { Contender, OpenContender } from "../contender.ts";
import { openJetStream } from "../jetstream.ts";
import { type Place, payload } from "../run-name.ts";

/** What a relay written by hand publishes with. */
type Publishing = Omit<Contender, "fill" | "drain"> & {
  publish(id: string, body: Buffer): Promise<void>;
};

interface Waiting {
  readonly id: string;
  readonly body: Buffer;
}

type Send = (rows: readonly Waiting[], publish: (row: Waiting) => Promise<void>) => Promise<void>;

const oneByOne: Send = async (rows, publish) => {
  for (const row of rows) await publish(row);
};
const allAtOnce: Send = async (rows, publish) => {
  await Promise.all(rows.map(publish));
};

/** The relay that is in every article, in its strong form: a batch in a transaction, each confirm awaited, one delete for the batch. */
export const serialAmqp: OpenContender = async (place) => relay(place, await openAmqp(place), oneByOne, 100);
/** The same with all confirms of a batch under way at once. */
export const pipelinedAmqp: OpenContender = async (place) =>
  relay(place, await openAmqp(place), allAtOnce, 500);
/** The same over the official client of JetStream, one `publish()` at a time. */
export const serialJetStream: OpenContender = async (place) =>
  relay(place, await openJetStream(place), oneByOne, 100);
/** The same with all of a batch under way at once. */
export const pipelinedJetStream: OpenContender = async (place) =>
  relay(place, await openJetStream(place), allAtOnce, 500);

async function relay({ name }: Place, broker: Publishing, send: Send, batch: number): Promise<Contender> {
  const client = new Client(servers.postgres);
  await client.connect();
  await client.query(`create schema ${name}`);
  await client.query(
    `create table ${name}.outbox (id bigint generated always as identity primary key, message_id uuid not null, body bytea not null)`,
  );
  await client.query("set synchronous_commit = off");
  const claim = {
    name: "claim",
    text: `delete from ${name}.outbox where id = any(array(select id from ${name}.outbox order by id limit $1 for update skip locked)) returning message_id as id, body`,
    values: [batch],
  };
  return {
    ...broker,
    async fill(count) {
      for (let from = 0; from < count; from += 500) {
        const some = Array.from({ length: Math.min(500, count - from) }, (_, at) => payload(from + at));
        await client.query(
          `insert into ${name}.outbox (message_id, body) select * from unnest($1::uuid[], $2::bytea[])`,
          [some.map(() => randomUUID()), some.map((one) => Buffer.from(JSON.stringify(one)))],
        );
      }
      await client.query(`analyze ${name}.outbox`);
    },
    async drain(count, confirmed) {
      for (let left = count; left > 0; ) {
        await client.query("begin");
        const { rows } = await client.query<Waiting>(claim);
        await send(rows, async ({ id, body }) => {
          await broker.publish(id, body);
          confirmed();
        });
        await client.query("commit");
        left -= rows.length;
      }
    },
    async clean() {
      await client.query(`drop schema ${name} cascade`);
      await client.end();
      await broker.clean();
    },
  };
}
