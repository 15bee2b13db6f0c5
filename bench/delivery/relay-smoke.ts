/**
 * How fast the relay is by itself: a broker that confirms at once, so that claims, settles and the loop are all there is. Ratios tell, numbers
 * depend on the machine. `node --conditions=@holdfast/source bench/delivery/relay-smoke.ts [postgres|mariadb|sqlite] [messages]`
 */
import { systemClock, systemRandom } from "../../packages/core/src/index.ts";
import { createRelay } from "../../packages/delivery/src/relay/relay.ts";
import {
  countOf,
  insertSamples,
  relayMigrations,
  type Sample,
  scriptedBroker,
} from "../../packages/delivery/src/relay/testing/harness.ts";
import type { Store } from "../../packages/delivery/src/store.ts";
import { testStores } from "../../packages/delivery/test/support/stores.ts";

const [wanted = "postgres", count = "100000"] = process.argv.slice(2);
const messages = Number(count);
const body = JSON.stringify({ text: "x".repeat(400) });

/** Publishes everything in the outbox and says how fast. */
async function drain(
  store: Store,
  name: string,
  samples: readonly Sample[],
  options: Parameters<typeof createRelay>[0]["options"] = {},
): Promise<void> {
  await insertSamples(store, samples);
  const broker = scriptedBroker();
  const relay = createRelay({
    store,
    routeOf: (type) => ({ broker, destination: type }),
    clock: systemClock,
    random: systemRandom,
    emit: (event) => {
      if (event.type !== "relay.shards") console.log(event);
    },
    options,
  });
  const stop = new AbortController();
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const run = relay.run(stop.signal);
  while (relay.statistics().published < samples.length) await systemClock.sleep(2);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const { batch } = relay.statistics();
  stop.abort();
  await run;
  const left = await countOf(store, "outbox");
  console.log(
    `${name}: ${Math.round((samples.length / tookMs) * 1_000)} msg/s, ${Math.round(tookMs)} ms, own cpu ${Math.round((user + system) / 1_000)} ms, batch ${batch}, ${left} left`,
  );
}

/** The cost of claiming five messages: where dead rows cannot be vacuumed, it must not grow with them. */
async function claimCost(name: string): Promise<void> {
  const broker = scriptedBroker();
  const relay = createRelay({
    store,
    routeOf: (type) => ({ broker, destination: type }),
    clock: systemClock,
    random: systemRandom,
    emit: () => {},
    options: { order: "off" },
  });
  const stop = new AbortController();
  const run = relay.run(stop.signal);
  const tookMs: number[] = [];
  for (let round = 0; round < 60; round++) {
    await insertSamples(
      store,
      Array.from({ length: 5 }, () => ({ body })),
    );
    const startedMs = performance.now();
    const wanted = (round + 1) * 5;
    relay.wake();
    while (relay.statistics().published < wanted) await systemClock.sleep(0.2);
    tookMs.push(performance.now() - startedMs);
    await systemClock.sleep(20);
  }
  stop.abort();
  await run;
  tookMs.sort((a, b) => a - b);
  const at = (share: number): string => (tookMs[Math.floor(tookMs.length * share)] ?? 0).toFixed(1);
  console.log(`${name}: wake to published p50 ${at(0.5)} ms, p90 ${at(0.9)} ms`);
}

async function heldSnapshot(): Promise<void> {
  await claimCost("without a held snapshot");
  await inUserTransaction(async (_handle, query) => {
    await query("set transaction isolation level repeatable read");
    await query("select txid_current()");
    await drain(
      store,
      "queue under a held snapshot",
      Array.from({ length: 2 * messages }, () => ({ body })),
    );
    await claimCost(`with a held snapshot, after ${2 * messages} messages`);
  });
}

const test = testStores.find(({ name }) => name.startsWith(wanted));
if (test === undefined || test.skip !== false)
  throw new Error(`no store ${wanted}: ${test?.skip ?? "unknown"}`);
const { store, inUserTransaction, close } = await test.open(relayMigrations);
try {
  const plain = Array.from({ length: messages }, () => ({ body }));
  await drain(store, "queue", plain);
  await drain(store, "queue again", plain);
  const keyed = (keys: number): Sample[] =>
    Array.from({ length: Math.floor(messages / 2) }, (_, at) => ({
      body,
      key: `key-${at % keys}`,
      seq: Math.floor(at / keys) + 1,
    }));
  await drain(store, "ordered strict, 1000 keys", keyed(1_000));
  await drain(store, "ordered pipelined, 1000 keys", keyed(1_000), { order: "pipelined" });
  await drain(store, "ordered strict, 1 key", keyed(1).slice(0, 10_000));
  if (store.dialect === "postgres") await heldSnapshot();
} finally {
  await close();
}
