import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "@holdfast/core";
import { type Delivery, type DeliveryEvent, isDeliveryError } from "@holdfast/delivery";
import { createTables, type DatabasePlace, type LoadDatabase, openDatabase } from "./databases.ts";
import { expectedEffects, type Fact, found, violationsOf } from "./oracle.ts";
import { type BrokerPlace, Note, openBroker, openDelivery, Step } from "./workers.ts";

/** Producers, a relay and consumers at work. */
export interface Load {
  readonly database: LoadDatabase;
  readonly facts: readonly Fact[];
  readonly events: readonly DeliveryEvent[];
  /** How often producing failed, by code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly d: Delivery<never>;
  /** Waits until so many more transactions were committed. */
  committed(more: number): Promise<void>;
  stopProducing(): Promise<void>;
  /** Stops producing, waits until all that was committed had its effect, and holds the invariants against it; with what others sent there. */
  finish(others?: readonly Load[]): Promise<void>;
  close(): Promise<void>;
}

export interface LoadOptions {
  readonly database: DatabasePlace;
  readonly broker: BrokerPlace;
  /** Where the judge looks, when the library goes through a proxy. */
  readonly judgeAt?: DatabasePlace;
  /** Producers at a time. */
  readonly lanes?: number;
  /** Whether this process works, or only sends. Default: it works. */
  readonly works?: boolean;
  readonly clock?: Clock;
  readonly leaseMs?: number;
  /** A pause of each producer after each transaction, in milliseconds. */
  readonly paceMs?: number;
}

class RollBack extends Error {}

const settleLimitMs = 120_000;

/** Starts a load on empty tables. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { lanes = 4, works = true, paceMs = 4 } = options;
  const database = openDatabase(options.database, options.judgeAt);
  const facts: Fact[] = [];
  const events: DeliveryEvent[] = [];
  const failures = new Map<string, number>();
  const d = openDelivery(database, openBroker(options.broker), (event) => events.push(event), {
    ...("name" in options.broker ? { name: options.broker.name } : {}),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
  });
  const stop = new AbortController();
  let producing = true;

  await createTables(database);
  await d.migrate();
  const running = works ? d.run({ signal: stop.signal }) : Promise.resolve();
  let died: unknown = null;
  running.catch((error: unknown) => {
    died = error;
  });

  const produce = async (lane: number): Promise<void> => {
    for (let at = 0; producing; at++) {
      const fact = await one(lane, at);
      facts.push(fact);
      await sleep(fact.end === "unknown" ? 30 : paceMs);
    }
  };
  const one = async (lane: number, at: number): Promise<Fact> => {
    const kind = at % 2 === 0 ? "note" : "step";
    const item = { id: randomUUID(), key: `k${(at + lane) % 5}` };
    try {
      await d.transaction(async ({ tx, publish }) => {
        await tx.query(`insert into app_sale (id) values (${database.mark(1)})`, [item.id]);
        publish((kind === "note" ? Note : Step)(item));
        if (at % 9 === 8) throw new RollBack();
      });
      return { ...item, kind, end: "committed" };
    } catch (error) {
      if (error instanceof RollBack) return { ...item, kind, end: "rolled-back" };
      return { ...item, kind, end: await failed(error) };
    }
  };
  const failed = async (error: unknown): Promise<Fact["end"]> => {
    const code = isDeliveryError(error) ? error.code : `uncoded: ${String(error)}`;
    failures.set(code, (failures.get(code) ?? 0) + 1);
    await sleep(20);
    return code === "TX_COMMIT_UNKNOWN" ? "unknown" : "rolled-back";
  };
  const producers = Promise.all(Array.from({ length: lanes }, (_, lane) => produce(lane)));
  const count = (): number => facts.filter(({ end }) => end === "committed").length;

  return {
    database,
    facts,
    events,
    failures,
    d: d as unknown as Delivery<never>,
    async committed(more) {
      const goal = count() + more;
      for (const untilMs = performance.now() + settleLimitMs; count() < goal; await sleep(10))
        assert.ok(
          performance.now() < untilMs,
          `only ${goal - count()} fewer were committed: ${told(failures)}`,
        );
    },
    async stopProducing() {
      producing = false;
      await producers;
    },
    async finish(others = []) {
      producing = false;
      await producers;
      await settled(
        database,
        [...facts, ...others.flatMap((other) => other.facts)],
        () => `${told(failures)}; ${whatWentOn(events)}; run: ${String(died)}`,
      );
      assert.equal(died, null, "run ended by itself");
      for (const code of failures.keys()) assert.doesNotMatch(code, /^uncoded/);
    },
    async close() {
      producing = false;
      stop.abort();
      await producers;
      await running.catch(() => {});
      await d.close();
      await database.close();
    },
  };
}

/** Waits until every message that was committed has had its effects, a moment longer for those that have them twice, and judges. */
export async function settled(
  database: LoadDatabase,
  facts: readonly Fact[],
  explain: () => string,
): Promise<void> {
  for (const untilMs = performance.now() + settleLimitMs; ; await sleep(50)) {
    const now = await found(database);
    if (now.effects.length >= expectedEffects(facts, now)) break;
    if (performance.now() > untilMs)
      assert.fail(
        `not settled: ${violationsOf(facts, now).slice(0, 10).join("; ")}; ${now.effects.length} of ${expectedEffects(facts, now)} effects; ${explain()}`,
      );
  }
  await sleep(300);
  assert.deepEqual(violationsOf(facts, await found(database)), []);
  assert.equal(await countOf(database, "dead_letter"), 0, "dead letters");
  for (let tries = 0; tries < 100 && (await countOf(database, "outbox")) > 0; tries++) await sleep(50);
  assert.equal(await countOf(database, "outbox"), 0, "messages in the outbox");
}

/** How many rows one of the library's tables has. */
export async function countOf({ query, store }: LoadDatabase, table: string): Promise<number> {
  const [row] = await query(`select count(*) as n from ${store.tables.of(table)}`);
  return Number(row?.["n"]);
}

function told(failures: ReadonlyMap<string, number>): string {
  return JSON.stringify(Object.fromEntries(failures));
}

function whatWentOn(events: readonly DeliveryEvent[]): string {
  const kinds = Map.groupBy(events, ({ type }) => type);
  const errors = events.flatMap((event) => ("error" in event ? [String(event.error)] : [])).slice(-3);
  return `${JSON.stringify(Object.fromEntries([...kinds].map(([type, list]) => [type, list.length])))} ${errors.join(" | ")}`;
}
