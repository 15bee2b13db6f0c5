import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onCrashPoint } from "@holdfast/delivery/testing";
import { openDatabase } from "./databases.ts";
import { journal } from "./facts.ts";
import type { Fact, Orders } from "./model.ts";
import { dies, planOf, requestKeys, sagaPlans } from "./plan.ts";
import { openProvider } from "./provider.ts";
import { createTables, type Setup, setUp } from "./setup.ts";
import { operate } from "./work/operator.ts";
import { produce } from "./work/produce.ts";
import { request } from "./work/requests.ts";
import { sagaStates, startSagas } from "./work/sagas.ts";

/** One process of a case: does all the work that is left, and dies where it was told to. */
const orders = JSON.parse(process.argv[2] ?? "") as Orders;
const limitMs = 90_000;
const factsPath = join(orders.folder, "facts.ndjson");
const facts = journal<Fact>(factsPath);
const startedMs = performance.now();
const passed: Record<string, number> = {};
let firstProgressMs: number | null = null;

onCrashPoint((point) => {
  const times = (passed[point] ?? 0) + 1;
  passed[point] = times;
  if (orders.death?.point !== point || orders.death.occurrence !== times) return;
  facts.write({ kind: "dying", point });
  process.kill(process.pid, "SIGKILL");
});

const database = openDatabase(orders);
const provider = openProvider(orders.folder);
const setup = setUp(orders, { database, provider, facts }, () => {
  firstProgressMs ??= performance.now() - startedMs;
});
await setup.d.migrate();
await createTables(database);

const stop = new AbortController();
const running = setup.d.run({ signal: stop.signal });
const produced = produce(setup, factsPath);
const work = Promise.all([
  produced,
  request(setup, factsPath),
  startSagas(setup),
  operate(setup, produced),
]).then(() => settled(setup));
const outcome = await Promise.race([
  work.then(() => null),
  running.then(() => "run ended by itself"),
  sleep(limitMs, `not settled within ${limitMs} ms`, { ref: false }),
]).catch((error: unknown) => `${error instanceof Error ? error.stack : String(error)}`);

if (outcome !== null)
  facts.write({ kind: "stuck", why: `${outcome}; ${JSON.stringify(await standing(setup))}` });
else {
  const backlog = await setup.d.backlog();
  facts.write({
    kind: "settled",
    sagas: await sagaStates(setup),
    outbox: backlog.outbox.messages,
    parked: backlog.parked.reduce((sum, { messages }) => sum + messages, 0),
    deadLetters: await setup.d.dead.count(),
    firstProgressMs,
    wallMs: performance.now() - startedMs,
    rssBytes: process.memoryUsage.rss(),
    points: passed,
  });
}
stop.abort();
await running.catch(() => {});
await setup.d.close();
provider.close();
await database.close();
facts.close();
process.exitCode = outcome === null ? 0 : 3;

/**
 * Waits until everything that was committed has had its effect, and nothing is under way: three looks in a row, for what a broker has just handed
 * out stands in no table, and a handler that is told to come back later parks it.
 */
async function settled(of: Setup): Promise<void> {
  for (let looks = 0; looks < 3; ) {
    const { effects, asked, sagas, outbox, parked, dead } = await standing(of);
    const over = sagas.every((state) => state === "completed" || state === "compensated");
    const done =
      over &&
      outbox + parked + dead === 0 &&
      effects >= (await effectsWanted(of)) + requestKeys.length &&
      asked >= requestKeys.length;
    looks = done ? looks + 1 : 0;
    await sleep(40);
  }
}

/** What was committed and not discarded takes effect once, and what it causes once more; a step causes nothing. */
async function effectsWanted({ database: { query, table }, orders: { name } }: Setup): Promise<number> {
  const stored = new Set((await query(`select id from ${table("sale")}`)).map((row) => String(row["id"])));
  const wanted = planOf(name).filter(({ id, fate }) => fate !== "discarded" && stored.has(id));
  return wanted.length + wanted.filter(({ kind }) => kind !== "step").length;
}

async function standing(of: Setup) {
  const { query, table } = of.database;
  const count = async (name: string): Promise<number> =>
    Number((await query(`select count(*) as n from ${table(name)}`))[0]?.["n"]);
  const backlog = await of.d.backlog();
  const states = Object.values(await sagaStates(of).catch(() => ({}) as Record<string, string>));
  return {
    effects: await count("effect"),
    sales: await count("sale"),
    asked: await count("asked"),
    sagas: states.length === sagaPlans.length ? states : ["not started"],
    outbox: backlog.outbox.messages,
    parked: backlog.parked.reduce((sum, { messages }) => sum + messages, 0),
    dead: await of.d.dead.count(),
    deaths: planOf(of.orders.name).filter(dies).length,
  };
}
