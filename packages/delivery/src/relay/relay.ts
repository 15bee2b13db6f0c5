import type { Clock, Random } from "@holdfast/core";
import type { Emit } from "../events.ts";
import type { Store } from "../store.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { FlightCounts } from "./flights.ts";
import type { BlockedKey } from "./lane-plan.ts";
import { type RelayOptions, type RelaySettings, relaySettings } from "./options.ts";
import { createRetryPause } from "./retry-pause.ts";
import type { Route, RouteStatus } from "./routes.ts";
import { pause } from "./signals.ts";

/** Takes messages out of the outbox and publishes them. Any number of relays work on one outbox. */
export interface Relay {
  /**
   * Works until the signal aborts, through every failure of the database and of brokers. Then it stops claiming, waits for what is under way,
   * and gives back the rest. Never rejects.
   */
  run(signal: AbortSignal): Promise<void>;
  /** Says that something was published in this process, or is about to be committed. */
  wake(): void;
  statistics(): RelayStatistics;
}

/** What a relay is doing, and has done since it was started. */
export interface RelayStatistics extends FlightCounts {
  /** Messages and bytes that are claimed and not settled. */
  readonly inFlight: { readonly messages: number; readonly bytes: number };
  readonly batch: number;
  /** Verdicts that came too late: another relay had claimed the message. */
  readonly leasesLost: number;
  /** Routes that do not simply go. */
  readonly routes: readonly RouteStatus[];
  readonly shards: number;
  readonly blockedKeys: readonly BlockedKey[];
}

/** What a relay is made of. */
export interface RelayParts {
  readonly store: Store;
  /** Where messages of a name go; null where that is not known, and then they wait. */
  readonly routeOf: (type: string) => Route | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly options?: RelayOptions;
}

/** How often a relay says that it lives and looks after its shards, in milliseconds, or more often where leases are short. */
const tickMs = 1_000;

/** A relay that does not run yet. Throws CONFIGURATION for settings that cannot be. */
export function createRelay(parts: RelayParts): Relay {
  const settings = relaySettings(parts.options);
  let engine: Engine | null = null;
  const wake = (): void => {
    engine?.queueLooking.wake();
    engine?.shards?.ordered.reset();
    engine?.shards?.looking.wake();
    engine?.log?.wake();
  };
  return {
    async run(signal) {
      const mine = createEngine({ ...parts, settings });
      engine = mine;
      const ended = new AbortController();
      parts.store.hints?.listen(wake, ended.signal);
      const work = Promise.all([
        mine.queueLooking.run(signal),
        mine.shards?.looking.run(signal),
        mine.log?.run(signal),
        tending(mine, parts, settings, signal),
      ]);
      const beats = beating(mine, parts, settings, ended.signal);
      await aborted(signal);
      await stop(mine, parts, settings, work);
      ended.abort();
      // The last extension may hang on a database that does not answer.
      const grace = new AbortController();
      await Promise.race([beats, pause(parts.clock, graceMs, grace.signal)]);
      grace.abort();
    },
    wake,
    statistics: () => statisticsOf(engine),
  };
}

const graceMs = 1_000;

/** Sees to the shards until the signal aborts. */
async function tending(
  engine: Engine,
  parts: RelayParts,
  { leaseMs }: RelaySettings,
  signal: AbortSignal,
): Promise<void> {
  const retry = createRetryPause({ ...parts, signal });
  const everyMs = Math.min(tickMs, leaseMs / 5);
  while (engine.shards !== null && !signal.aborted) {
    try {
      await engine.shards.ownership.tick();
      retry.worked();
      await pause(parts.clock, everyMs * parts.random.between(0.8, 1.2), signal);
    } catch (error) {
      await retry.failed("looking after shards", error);
    }
  }
}

/** Extends the leases of what is under way, and gives up on confirms that take too long. Goes on while the relay drains. */
async function beating(
  { alone, flights, settling, statements }: Engine,
  parts: RelayParts,
  { leaseMs, confirmLimitMs }: RelaySettings,
  signal: AbortSignal,
): Promise<void> {
  const { clock } = parts;
  const retry = createRetryPause({ ...parts, signal });
  const everyMs = Math.min(leaseMs / 6, confirmLimitMs / 4);
  while (!signal.aborted) {
    // What is to go alone waits for all others.
    flights.sweep(alone.closed);
    const startedMs = clock.monotonic();
    const tokens = flights.expiring(startedMs + (leaseMs * 2) / 3);
    try {
      if (tokens.length > 0) {
        const held = await settling.use((on) => statements.extend(on, tokens, leaseMs));
        flights.extended(tokens, held, startedMs + leaseMs);
      }
      retry.worked();
      await pause(clock, everyMs, signal);
    } catch (error) {
      await retry.failed("extending leases", error);
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Drains what is under way, as long as it may; then gives back the rest, so that nobody has to wait for leases to end. */
async function stop(
  engine: Engine,
  { clock }: RelayParts,
  { drainMs }: RelaySettings,
  work: Promise<unknown>,
): Promise<void> {
  const limit = new AbortController();
  const { flights, settler, shards } = engine;
  const until = async (waitMs: number): Promise<void> => {
    const endMs = clock.monotonic() + waitMs;
    while (engine.window.messages > 0 || !settler.idle()) {
      const leftMs = endMs - clock.monotonic();
      if (leftMs <= 0) return;
      await engine.changed(Math.min(leftMs, 50), limit.signal);
    }
  };
  flights.stopSending();
  shards?.ordered.stop();
  // A claim may be on its way back from the database; what it brings is given back.
  await Promise.race([work, pause(clock, drainMs, limit.signal)]);
  await until(drainMs);
  flights.abandon();
  await until(graceMs);
  await Promise.race([work, pause(clock, graceMs, limit.signal)]);
  const left = shards?.ownership.leave().catch(() => {}) ?? Promise.resolve();
  await Promise.race([left, pause(clock, graceMs, limit.signal)]);
  settler.stop();
  limit.abort();
  await Promise.all(engine.sessions.map((session) => session.close()));
}

function statisticsOf(engine: Engine | null): RelayStatistics {
  const all = [engine?.flights.counts(), engine?.log?.flights.counts()];
  const sum = (of: keyof FlightCounts): number =>
    all.reduce((total, counts) => total + (counts?.[of] ?? 0), 0);
  return {
    published: sum("published"),
    failed: sum("failed"),
    dead: sum("dead"),
    released: sum("released"),
    inFlight: { messages: engine?.window.messages ?? 0, bytes: engine?.window.bytes ?? 0 },
    batch: engine?.queue.batch ?? 0,
    leasesLost: (engine?.settler.lost() ?? 0) + (engine?.log?.lost ?? 0),
    routes: engine?.routes.statuses() ?? [],
    shards: engine?.shards?.ownership.owned().length ?? 0,
    blockedKeys: engine?.shards?.ordered.blocked() ?? [],
  };
}
