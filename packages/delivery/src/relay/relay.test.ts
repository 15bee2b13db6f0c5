import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PublishEnd } from "../broker.ts";
import { insertSamples, scriptedBroker } from "./testing/harness.ts";
import { eventsOf, virtualRelay } from "./testing/virtual-relay.ts";

const second = 1_000;
const minute = 60 * second;
const ok: PublishEnd = { ok: true };
const not = (kind: "rejected" | "misconfigured" | "down" | "unknown"): PublishEnd => ({
  ok: false,
  kind,
  error: new Error(kind),
});
const never = (): Promise<PublishEnd> => new Promise(() => {});
const many = (count: number, sample: object = {}): object[] => Array.from({ length: count }, () => sample);

describe("a relay", () => {
  it("counts no attempt during a long outage, asks gently, and drains when it is over", async () => {
    let up = false;
    const broker = scriptedBroker(() => (up ? ok : not("down")));
    const { store, advance, stop, relay, left, dead, events } = await virtualRelay(broker);
    await insertSamples(store, many(600));
    await advance(2 * minute);
    assert.ok(broker.handed.length < 620, `${broker.handed.length} were handed over`);
    const probes = broker.handed.length;
    await advance(4 * minute);
    assert.ok(broker.handed.length - probes <= 20, "it asks every half minute or so, with one message");
    assert.equal(relay.statistics().inFlight.messages, 0);
    const [waiting, ...others] = relay.statistics().routes;
    assert.deepEqual([waiting?.route, waiting?.phase, others], ["scripted", "open", []]);
    assert.match(waiting?.because ?? "", /^down: /);
    assert.ok(left().every(({ started, failed }) => started === 0 && failed === 0));
    up = true;
    await advance(minute);
    assert.equal(left().length + dead().length, 0);
    assert.equal(broker.confirmed.length, 600);
    assert.deepEqual(relay.statistics().routes, []);
    assert.ok(eventsOf(events, "relay.route-goes").length > 0);
    await stop();
  });

  it("begins with one message after an outage, and doubles with each round of confirms", async () => {
    let up = false;
    const broker = scriptedBroker(async () => {
      if (!up) return not("down");
      await clock.sleep(100);
      return ok;
    });
    const { store, advance, stop, clock } = await virtualRelay(broker);
    await insertSamples(store, many(500));
    await advance(minute);
    up = true;
    const before = broker.handed.length;
    while (broker.handed.length === before) await advance(50);
    assert.equal(broker.handed.length, before + 1);
    await advance(2 * second);
    assert.ok(broker.most() <= 500);
    await advance(20 * second);
    assert.equal(broker.confirmed.length, 500);
    await stop();
  });

  it("lets a route wait whose destination is missing, and no other one", async () => {
    const broker = scriptedBroker(({ destination }) => (destination === "b" ? not("misconfigured") : ok));
    const { store, advance, stop, left, relay, events } = await virtualRelay(broker);
    await insertSamples(store, [...many(100, { type: "b" }), ...many(100, { type: "a" })]);
    await advance(10 * second);
    await insertSamples(store, many(100, { type: "a" }));
    await advance(10 * second);
    assert.equal(broker.confirmed.length, 200);
    assert.ok(left().every(({ type, started, failed }) => type === "b" && started === 0 && failed === 0));
    assert.equal(left().length, 100);
    const [waiting, ...others] = relay.statistics().routes;
    assert.deepEqual([waiting?.route, waiting?.phase, others], ["b", "open", []]);
    assert.match(waiting?.because ?? "", /^misconfigured: /);
    assert.equal(eventsOf(events, "relay.route-waits")[0]?.kind, "misconfigured");
    await stop();
  });

  it("keeps messages that have no route, says so, and sends them once they have one", async () => {
    const broker = scriptedBroker();
    let known = false;
    const routeOf = (type: string) => {
      if (!known && type === "torn") throw new Error("no such option");
      return known || type !== "lost" ? { broker, destination: type } : null;
    };
    const { store, advance, stop, left, events } = await virtualRelay(broker, {
      routeOf,
      options: { order: "strict" },
    });
    await insertSamples(store, [
      { type: "lost" },
      { type: "torn" },
      { type: "found" },
      { type: "lost", key: "k", seq: 1 },
    ]);
    await advance(10 * second);
    assert.deepEqual(
      left().map(({ type }) => type),
      ["lost", "torn", "lost"],
    );
    assert.equal(eventsOf(events, "relay.route-waits")[0]?.kind, "missing");
    known = true;
    await advance(20 * second);
    assert.equal(left().length, 0);
    assert.equal(eventsOf(events, "relay.route-goes").length, 2);
    await stop();
  });

  it("tries a rejected message after growing pauses, and buries it with its history", async () => {
    const broker = scriptedBroker(() => not("rejected"));
    const { store, advance, stop, left, dead, events } = await virtualRelay(broker, {
      options: { attempts: 6 },
    });
    const [id] = await insertSamples(store, [{}]);
    await advance(minute);
    assert.equal(broker.handed.length, 6);
    assert.equal(left().length, 0);
    const [letter] = dead();
    assert.equal(letter?.["message_id"], id);
    assert.equal(letter?.["reason"], "rejected");
    const history = JSON.parse(String(letter?.["history"])) as { atMs: number }[];
    assert.equal(history.length, 6);
    const waits = eventsOf(events, "relay.failed").map(({ waitMs }) => waitMs);
    assert.equal(waits.length, 5);
    for (const [at, waitMs] of waits.entries())
      assert.ok(waitMs >= 800 * 2 ** at && waitMs <= 1_200 * 2 ** at, `pause ${at} is ${waitMs}`);
    for (const [at, { atMs }] of history.slice(1).entries()) {
      const lateMs = atMs - (history[at]?.atMs ?? 0) - (waits[at] ?? 0);
      assert.ok(lateMs >= 0 && lateMs <= 50, `attempt ${at + 2} is ${lateMs} ms late`);
    }
    await stop();
  });

  it("sends again what was sent and not confirmed, and counts no attempt", async () => {
    const broker = scriptedBroker((_, nth) => (nth === 1 ? not("unknown") : ok));
    const { store, advance, stop, left, dead } = await virtualRelay(broker);
    await insertSamples(store, many(50));
    await advance(2 * minute);
    assert.equal(broker.confirmed.length, 50);
    assert.equal(left().length + dead().length, 0);
    await stop();
  });

  it("gives up on a confirm that never comes, and sends again", async () => {
    const broker = scriptedBroker((_, nth) => (nth === 1 ? never() : ok));
    const { store, advance, stop, left, events } = await virtualRelay(broker);
    await insertSamples(store, many(10));
    await advance(29 * second);
    assert.equal(broker.confirmed.length, 0);
    await advance(2 * minute);
    assert.equal(broker.confirmed.length, 10);
    assert.equal(left().length, 0);
    assert.ok(eventsOf(events, "relay.unconfirmed").length > 0);
    await stop();
  });

  it("gives one message a pause, not the route, when only that one is never confirmed", async () => {
    let stuck = "";
    const broker = scriptedBroker(async ({ envelope }) => {
      if (envelope.id === stuck) return never();
      await clock.sleep(10);
      return ok;
    });
    const { store, advance, stop, left, events, clock } = await virtualRelay(broker);
    [stuck = ""] = await insertSamples(store, many(20));
    await advance(minute);
    assert.deepEqual(
      left().map(({ id, failed }) => [id, failed]),
      [[stuck, 0]],
    );
    assert.deepEqual(eventsOf(events, "relay.route-waits"), []);
    stuck = "";
    await advance(2 * minute);
    assert.equal(left().length, 0);
    await stop();
  });

  it("extends the leases of what takes its time, so that nobody else takes it", async () => {
    const broker = scriptedBroker(async () => {
      await clock.sleep(2 * minute);
      return ok;
    });
    const { store, advance, stop, another, clock, left, events } = await virtualRelay(broker, {
      options: { confirmLimitMs: 10 * minute },
    });
    await insertSamples(store, many(20));
    await advance(second);
    const other = another();
    await advance(3 * minute);
    assert.equal(broker.handed.length, 20);
    assert.equal(left().length, 0);
    assert.deepEqual(eventsOf(events, "relay.lease-lost"), []);
    await other.stop();
    await stop();
  });

  it("gives back at once what is not confirmed when it has to stop", async () => {
    const broker = scriptedBroker(never);
    const { store, advance, stop, clock, left } = await virtualRelay(broker, {
      options: { drainMs: 3_000, order: "strict" },
    });
    await insertSamples(store, [...many(30), ...many(10).map((_, at) => ({ key: "k", seq: at + 1 }))]);
    await advance(second);
    assert.ok(left().some(({ locked_until_ms: until }) => Number(until) > 0));
    const startedMs = clock.monotonic();
    await stop();
    assert.ok(clock.monotonic() - startedMs <= 5_000, "it stops in time");
    assert.equal(left().length, 40);
    assert.ok(left().every((row) => row["locked_until_ms"] === 0 && row["started"] === 0));
  });

  it("waits for what is under way when it has to stop", async () => {
    const broker = scriptedBroker(async () => {
      await clock.sleep(second);
      return ok;
    });
    const { store, advance, stop, clock, left } = await virtualRelay(broker);
    await insertSamples(store, many(30));
    await advance(100);
    await stop();
    assert.equal(broker.confirmed.length, 30);
    assert.equal(left().length, 0);
    assert.equal(clock.sleeping(), 0);
  });

  it("sends nothing before it is due, and then at once", async () => {
    const broker = scriptedBroker();
    const { store, advance, stop } = await virtualRelay(broker);
    await advance(minute);
    await insertSamples(store, [{ delayMs: minute }]);
    await advance(59 * second);
    assert.equal(broker.confirmed.length, 0);
    await advance(2 * second);
    assert.equal(broker.confirmed.length, 1);
    await stop();
  });

  it("is there in milliseconds when it is woken, however long nothing came", async () => {
    const broker = scriptedBroker();
    const { store, advance, stop, relay } = await virtualRelay(broker, {
      options: { order: "strict" },
    });
    await advance(10 * second);
    relay.wake();
    await advance(3);
    await insertSamples(store, [{}, { key: "k", seq: 1 }]);
    await advance(25);
    assert.equal(broker.confirmed.length, 2);
    await stop();
  });

  it("sends suspects alone, and buries without another try what has brought down three processes", async () => {
    let suspectAlone = true;
    let turns = 0;
    const broker = scriptedBroker(async ({ envelope }) => {
      underWay += 1;
      if (envelope.type === "suspect" && underWay > 1) suspectAlone = false;
      await clock.sleep(20 + (turns++ % 10) * 20);
      underWay -= 1;
      return ok;
    });
    let underWay = 0;
    const { store, advance, stop, clock, database, dead, left } = await virtualRelay(broker, {
      options: { inFlight: { messages: 100 } },
    });
    const outbox = store.tables.of("outbox");
    await insertSamples(store, [...many(300), ...many(5, { type: "suspect" }), { type: "deadly" }]);
    database.exec(`update ${outbox} set started = 2 where type = 'suspect'`);
    database.exec(`update ${outbox} set started = 3 where type = 'deadly'`);
    await advance(10 * second);
    assert.equal(left().length, 0);
    assert.ok(suspectAlone, "nothing else was under way with a suspect");
    assert.deepEqual(
      dead().map(({ type, reason }) => [type, reason]),
      [["deadly", "crashed"]],
    );
    assert.equal(broker.handed.filter(({ envelope }) => envelope.type === "deadly").length, 0);
    assert.ok(broker.most() > 1);
    await stop();
  });

  it("takes a lease that ends further away than any may, and no other one", async () => {
    const broker = scriptedBroker();
    const { store, advance, stop, database, clock, left } = await virtualRelay(broker);
    await insertSamples(store, [{ type: "corrupt" }, { type: "leased" }]);
    const outbox = store.tables.of("outbox");
    const set = `update ${outbox} set locked_until_ms = ? where type = ?`;
    database.prepare(set).run(clock.wall() + 2 * 3_600_000, "corrupt");
    database.prepare(set).run(clock.wall() + 10_000, "leased");
    await advance(5 * second);
    assert.deepEqual(
      left().map(({ type }) => type),
      ["leased"],
    );
    await advance(15 * second);
    assert.equal(left().length, 0);
    await stop();
  });
});
