import type { ContenderName } from "./delivery/contenders/index.ts";
import { type IdleLatencies, idleLatencies } from "./delivery/idle.ts";
import { type Outage, outage } from "./delivery/outage.ts";
import { type Counts, measureRates, median, perSecond, type Rates, ratioOf } from "./delivery/rates.ts";
import { roundTrips } from "./delivery/round-trips.ts";
import { placeOf } from "./delivery/run-name.ts";
import { type ClaimLatencies, heldSnapshot, slowing } from "./delivery/snapshot.ts";
import type { Bench, BenchResult } from "./result.ts";

/**
 * The relay of @holdfast/delivery beside relays by hand and by other libraries, all on the servers of this machine and in turns: how fast,
 * how soon, and what a held snapshot and a broker that is down do to it. `docs/benchmarks/delivery.md` says what each one was given.
 */
export const bench: Bench = async ({ quick }) => {
  const run = `hfb${process.pid.toString(36)}`;
  progress("latency of an idle relay");
  const idle = await idleLatencies(placeOf(run, "idle"), quick ? 15 : 200);
  const trips = await roundTrips(placeOf(run, "trips").name);
  progress("rates to RabbitMQ");
  const rates = await measureRates(run, toRabbitmq(quick), quick ? 1 : 3, progress);
  progress("rates to JetStream");
  const streamed = await measureRates(run, toJetStream(quick), quick ? 1 : 3, progress);
  progress("claims under a held snapshot");
  const held = await heldSnapshot(placeOf(run, "held").name, quick ? 10_000 : 1_000_000, quick ? 20 : 60);
  progress("the broker is down");
  const down = await outage(run, quick ? 10_000 : 100_000, quick ? 3_000 : 20_000);
  return [
    ...rabbitmqRows(rates),
    ...jetStreamRows(streamed),
    ...idleRows(idle),
    ...tripRows(trips),
    ...snapshotRows(held),
    ...outageRows(down),
  ];
};

function progress(line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

function toRabbitmq(quick: boolean): Counts {
  const fast = quick ? 2_000 : 30_000;
  const slow = quick ? 200 : 3_000;
  return {
    holdfast: fast,
    "broker alone": fast,
    "holdfast ordered": fast,
    "amqplib serial": slow,
    "amqplib pipelined": fast,
    "pg-boss": fast,
    "graphile-worker": fast,
    "pg-transactional-outbox": quick ? 500 : 2_000,
  };
}

function toJetStream(quick: boolean): Counts {
  const fast = quick ? 2_000 : 30_000;
  return {
    "holdfast to JetStream": fast,
    "JetStream alone": fast,
    "publish() pipelined": fast,
    "publish() serial": quick ? 1_000 : 10_000,
  };
}

/**
 * The peer that promises what the relay promises: an outbox whose settles are fenced, that counts attempts over crashes and keeps the order of
 * a key. The job queues promise less (`docs/benchmarks/delivery.md`, "The same guarantee"): they are shown beside it.
 */
const sameGuarantee = "pg-transactional-outbox";
const libraries = ["pg-boss", "graphile-worker", sameGuarantee] as const;

function rabbitmqRows(rates: Rates): readonly BenchResult[] {
  const fastest = libraries.toSorted((a, b) => perSecond(rates, b) - perSecond(rates, a))[0] ?? sameGuarantee;
  return [
    atLeast(rates, "holdfast", "amqplib serial", 10),
    atLeast(rates, "holdfast", "broker alone", 0.6),
    atLeast(rates, "holdfast", sameGuarantee, 5),
    // The harder reading of the target: the fastest library, whatever it promises.
    ...(fastest === sameGuarantee ? [] : [atLeast(rates, "holdfast", fastest, 5)]),
    atLeast(rates, "holdfast ordered", "holdfast", 0.7),
    ...(["broker alone", "amqplib serial", "amqplib pipelined", ...libraries] as const).map((name) =>
      shown(rates, name, "holdfast"),
    ),
    // What no relay can pass on this machine: the broker's own rate against each peer.
    ...(["amqplib serial", "pg-boss", "graphile-worker"] as const).map((name) => ({
      ...shown(rates, "broker alone", name),
      id: `broker alone, against ${name}`,
    })),
    ...cpuRows(rates, ["holdfast", "holdfast ordered", "broker alone", "amqplib pipelined", ...libraries]),
  ];
}

function jetStreamRows(rates: Rates): readonly BenchResult[] {
  return [
    atLeast(rates, "holdfast to JetStream", "publish() serial", 2),
    atLeast(rates, "holdfast to JetStream", "publish() pipelined", 2),
    ...(["publish() serial", "publish() pipelined", "JetStream alone"] as const).map((name) =>
      shown(rates, name, "holdfast to JetStream"),
    ),
    ...cpuRows(rates, ["holdfast to JetStream", "publish() pipelined", "JetStream alone"]),
  ];
}

function atLeast(rates: Rates, name: ContenderName, against: ContenderName, least: number): BenchResult {
  const ratio = ratioOf(rates, name, against);
  const value = perSecond(rates, name);
  const id = `${name}, against ${against}`;
  return {
    id,
    value,
    unit: "messages/s",
    against,
    ratio,
    target: `at least ${least} ×`,
    met: ratio >= least,
  };
}

function shown(rates: Rates, name: ContenderName, against: ContenderName): BenchResult {
  const value = perSecond(rates, name);
  const ratio = ratioOf(rates, name, against);
  return { id: name, value, unit: "messages/s", against, ratio, target: "for comparison", met: true };
}

function cpuRows(rates: Rates, names: readonly ContenderName[]): readonly BenchResult[] {
  return names.map((name) =>
    plain(
      `${name}, CPU of its own process`,
      median((rates.get(name) ?? []).map((one) => one.cpuMicros)),
      "µs per message",
    ),
  );
}

function idleRows({ sameProcess, otherProcess, confirmAlone }: IdleLatencies): readonly BenchResult[] {
  const rows = (where: string, values: readonly number[]): readonly BenchResult[] => [
    atMost(`idle, commit to confirm, ${where}, p50`, quantile(values, 0.5), "ms", 5),
    atMost(`idle, commit to confirm, ${where}, p99`, quantile(values, 0.99), "ms", 50),
  ];
  return [
    ...rows("published in the relay's process", sameProcess),
    ...rows("published by another store", otherProcess),
    plain("idle, a confirm of amqplib alone, p50", quantile(confirmAlone, 0.5), "ms"),
    plain("idle, a confirm of amqplib alone, p99", quantile(confirmAlone, 0.99), "ms"),
  ];
}

function tripRows(trips: Readonly<Record<string, number>>): readonly BenchResult[] {
  return Object.entries(trips).map(([what, count]) => atMost(`publish, ${what}`, count, "round trips", 1));
}

/** What a median may differ by from one run to the next. */
const noise = 1.5;

function snapshotRows(held: ClaimLatencies): readonly BenchResult[] {
  const value = median(held.after);
  const ratio = slowing(held);
  const id = `claim under a held snapshot, after ${held.messages} messages, p50`;
  const target = `at most ${noise} ×`;
  return [
    { id, value, unit: "ms", against: "before them", ratio, target, met: ratio <= noise },
    plain("relay under a held snapshot, a broker that confirms at once", held.perSecond, "messages/s"),
  ];
}

/** How much memory may come on top while a broker is down, whatever piles up: what the window holds twice over. */
const grownMbMax = 64;

function outageRows({ messages, beforeBytes, mostBytes, arrived }: Outage): readonly BenchResult[] {
  return [
    atMost(
      `RSS on top, ${messages} messages waiting for a broker that is down`,
      (mostBytes - beforeBytes) / 2 ** 20,
      "MiB",
      grownMbMax,
    ),
    {
      id: "messages that arrived after the outage",
      value: arrived,
      unit: "messages",
      against: "written",
      ratio: arrived / messages,
      target: "at least 1 ×",
      met: arrived >= messages,
    },
  ];
}

function atMost(id: string, value: number, unit: string, most: number): BenchResult {
  return { id, value, unit, against: "", ratio: null, target: `at most ${most} ${unit}`, met: value <= most };
}

function plain(id: string, value: number, unit: string): BenchResult {
  return { id, value, unit, against: "", ratio: null, target: "for comparison", met: true };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
