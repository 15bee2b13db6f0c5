import { Client, Pool } from "pg";
import { z } from "zod";
import type { Broker } from "../../packages/delivery/src/broker.ts";
import { inProcess } from "../../packages/delivery/src/brokers/in-process.ts";
import { delivery } from "../../packages/delivery/src/delivery.ts";
import { message } from "../../packages/delivery/src/message.ts";
import { postgres } from "../../packages/delivery/src/stores/postgres.ts";
import { servers } from "../../packages/delivery/test/support/servers.ts";
import { fillOutbox } from "./fill-outbox.ts";
import { median } from "./rates.ts";
import { messageType } from "./run-name.ts";

/** Wake to confirm, in milliseconds, of five messages by themselves. */
export interface ClaimLatencies {
  readonly before: readonly number[];
  /** After very many messages had gone, while a transaction held its snapshot the whole time: no dead row could be cleaned away. */
  readonly after: readonly number[];
  readonly messages: number;
  readonly perSecond: number;
}

const order = message(messageType, { schema: z.object({ text: z.string() }) });

/** A broker that confirms at once: the claim is what is measured. */
function confirming(onConfirm: () => void): Broker {
  const broker = inProcess({}) as unknown as Broker;
  return {
    ...broker,
    publish: async () => {
      onConfirm();
      return { ok: true };
    },
  };
}

/** Measures claims before and after `count` messages have gone under a held snapshot. */
export async function heldSnapshot(schema: string, count: number, rounds: number): Promise<ClaimLatencies> {
  let confirmed = 0;
  let awaited = { count: 0, resolve: (): void => {} };
  const until = (more: number): Promise<void> =>
    new Promise((resolve) => {
      awaited = { count: confirmed + more, resolve };
    });
  const pool = new Pool({ ...servers.postgres, max: 8 });
  const broker = confirming(() => {
    if (++confirmed === awaited.count) awaited.resolve();
  });
  const d = delivery({ store: postgres(pool, { schema }), brokers: { bus: broker } });
  d.route(order, "bus");
  await d.migrate();
  const holder = new Client(servers.postgres);
  await holder.connect();
  const stop = new AbortController();
  const running = d.run({ signal: stop.signal, only: ["relay"] });
  const latencies = async (): Promise<readonly number[]> => {
    const tookMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const all = until(5);
      await fillOutbox(pool, schema, 5);
      const startedMs = performance.now();
      d.wake();
      await all;
      tookMs.push(performance.now() - startedMs);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return tookMs;
  };
  try {
    const warm = until(2_000);
    await fillOutbox(pool, schema, 2_000);
    await warm;
    const before = await latencies();
    await holder.query("begin isolation level repeatable read");
    await holder.query("select pg_current_xact_id()");
    const startedMs = performance.now();
    const all = until(count);
    await fillOutbox(pool, schema, count, 100);
    d.wake();
    await all;
    const perSecond = (count * 1_000) / (performance.now() - startedMs);
    return { before, after: await latencies(), messages: count, perSecond };
  } finally {
    stop.abort();
    await running;
    await holder.end();
    await d.close();
    await pool.query(`drop schema ${schema} cascade`);
    await pool.end();
  }
}

/** The share by which claims became slower: of the medians. */
export function slowing({ before, after }: ClaimLatencies): number {
  return median(after) / median(before);
}
