import type { Broker, Subscription } from "../broker.ts";
import type { Publisher } from "../publisher.ts";
import type { Store } from "../store.ts";
import type { Surroundings } from "../surroundings.ts";
import { uuid7Maker } from "../uuid7.ts";
import { arrivalsOf } from "./arrivals.ts";
import type { Consuming } from "./consuming.ts";
import type { Consumable, ConsumerDefinition } from "./definition.ts";
import type { ConsumeEvent } from "./events.ts";
import { keeperOf } from "./keeper.ts";
import { laneOf } from "./lane.ts";
import { outageOf } from "./outage.ts";
import { type RetryLoop, retryParked } from "./retry-loop.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { slotsOf } from "./slots.ts";
import { type ConsumerStatistics, consumeCounters } from "./statistics.ts";
import { sweepInbox } from "./sweep.ts";
import { wakeupOf } from "./wakeup.ts";

/** What a consumer works with. */
export interface ConsumerParts extends Surroundings {
  readonly store: Store;
  /** Writes what handlers publish. */
  readonly publisher: Publisher;
  readonly broker: Broker;
  /** Where from, by the broker's own options. Default: the broker's own for consumer and messages. */
  readonly source?: unknown;
}

/** A consumer that can be run. */
export interface Consumer {
  readonly name: string;
  /** Consumes until the signal aborts; resolves once what was under way has ended or was given back. Never rejects for what it meets. */
  run(signal: AbortSignal): Promise<void>;
  statistics(): ConsumerStatistics;
}

/** Makes a consumer; throws CONFIGURATION for a definition that cannot be. */
export function createConsumer<const Messages extends Consumable, Prepared = undefined>(
  parts: ConsumerParts,
  definition: ConsumerDefinition<Messages, Prepared>,
): Consumer {
  const settings = settingsOf(definition);
  const counters = consumeCounters();
  const underWay = new Set<Promise<void>>();
  const emit = (event: ConsumeEvent): void => {
    counters.count(event);
    parts.emit(event);
  };
  return {
    name: settings.name,
    run: (signal) => run({ parts, settings, emit, underWay }, signal),
    statistics: () => counters.read(underWay.size),
  };
}

interface Run {
  readonly parts: ConsumerParts;
  readonly settings: Settings;
  readonly emit: (event: ConsumeEvent) => void;
  readonly underWay: Set<Promise<void>>;
}

async function run({ parts, settings, emit, underWay }: Run, signal: AbortSignal): Promise<void> {
  const giveUp = new AbortController();
  const ended = new AbortController();
  const consuming = consumingOf({ parts, settings, emit }, giveUp.signal);
  const keeper = keeperOf(consuming);
  const mine = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    mine.add(work);
    underWay.add(work);
    const over = (): void => {
      mine.delete(work);
      underWay.delete(work);
    };
    // It rejects for a listener to events that throws, and for nothing else.
    work.then(over, over);
  };
  const loop: RetryLoop = { consuming, slots: slotsOf(settings.concurrency), keeper, track };
  const keeping = keeper.run(ended.signal);
  const retrying = retryParked(loop, signal);
  const sweeping = sweepNowAndThen(consuming, signal);
  const subscription = await subscribe(parts, loop, signal);

  await aborted(signal);
  await subscription?.stop().catch(() => {});
  await retrying;
  await orLater(parts, settleAll(mine), settings.stopTimeoutMs);
  giveUp.abort(new Error("The consumer is being stopped."));
  await settleAll(mine);
  ended.abort();
  await Promise.all([keeping, sweeping]);
  await subscription?.close().catch(() => {});
}

function consumingOf(
  { parts, settings, emit }: Pick<Run, "parts" | "settings" | "emit">,
  giveUp: AbortSignal,
): Consuming {
  const { store, publisher, clock, random, tracing = null } = parts;
  return {
    settings,
    store,
    publisher,
    clock,
    random,
    tracing,
    emit,
    newId: uuid7Maker({ clock, random }),
    lane: laneOf(store),
    wakeup: wakeupOf(clock),
    giveUp,
    outage: outageOf({ clock, random }),
  };
}

/** Subscribes, again and again until the broker lets it; null when the signal aborted before. */
async function subscribe(
  { broker, clock, source }: ConsumerParts,
  loop: RetryLoop,
  signal: AbortSignal,
): Promise<Subscription | null> {
  const { settings, emit, outage } = loop.consuming;
  const { take } = arrivalsOf(loop, signal);
  const request = {
    consumer: settings.name,
    types: [...settings.messages.keys()],
    source,
    prefetch: settings.concurrency,
  };
  while (!signal.aborted) {
    try {
      return await broker.subscribe(request, take);
    } catch (error) {
      emit({ type: "consume.error", consumer: settings.name, doing: "subscribe", error });
      await clock.sleep(outage.nextWaitMs(), signal).catch(() => {});
    }
  }
  return null;
}

/** How often old inbox rows are deleted, in milliseconds. */
const sweepEveryMs = 600_000;

async function sweepNowAndThen(consuming: Consuming, signal: AbortSignal): Promise<void> {
  const { settings, store, clock, random, emit } = consuming;
  const { name: consumer, windowMs } = settings;
  // By sequence numbers the inbox holds what was given up alone, and that is remembered for as long as the watermark is.
  if (windowMs === null) return;
  while (!signal.aborted) {
    await clock.sleep(sweepEveryMs * random.between(0.5, 1), signal).catch(() => {});
    if (signal.aborted) return;
    try {
      const session = await store.connect({ purpose: "holdfast sweep", relaxed: true });
      try {
        const rows = await sweepInbox(session, store.tables, { consumer, windowMs, signal });
        if (rows > 0) emit({ type: "consume.swept", consumer, rows });
      } finally {
        await session.close();
      }
    } catch (error) {
      emit({ type: "consume.error", consumer, doing: "sweep", error });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Waits for all, and for what they have begun meanwhile. */
async function settleAll(all: ReadonlySet<Promise<void>>): Promise<void> {
  while (all.size > 0) await Promise.allSettled(all);
}

async function orLater({ clock }: ConsumerParts, work: Promise<void>, limitMs: number): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(limitMs, done.signal).catch(() => {});
  await Promise.race([work, late]);
  done.abort();
}
