import type { Clock } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import type { Emit } from "../events.ts";
import type { Alone } from "./alone.ts";
import { BlockedKeys } from "./blocked-keys.ts";
import type { Claimed } from "./claimed.ts";
import type { Flights } from "./flights.ts";
import type { KeptSession } from "./kept-session.ts";
import { KeyLanes, type LaneDepth } from "./key-lanes.ts";
import type { BlockedKey, LaneItem } from "./lane-plan.ts";
import type { Looks } from "./looking.ts";
import type { RelaySettings } from "./options.ts";
import type { Ownership } from "./ownership.ts";
import type { Routes } from "./routes.ts";
import { createShardReading } from "./shard-reading.ts";
import type { Pending, RelayStatements } from "./statements.ts";
import { crashesSuspect } from "./verdict.ts";
import type { Window } from "./window.ts";

/** What the ordered part needs. */
export interface OrderedParts {
  readonly session: KeptSession;
  readonly statements: RelayStatements;
  readonly flights: Flights;
  readonly routes: Routes;
  readonly window: Window;
  readonly alone: Alone;
  readonly settings: RelaySettings;
  readonly depth: LaneDepth;
  readonly ownership: Pick<Ownership, "owned" | "of">;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Called when a shard has nothing under way any more, or keys have room for more. */
  readonly onDrained: () => void;
}

interface Item extends LaneItem {
  readonly claimed: Claimed;
}

const isSuspect = ({ started, failed }: Pending): boolean => started - failed >= crashesSuspect;

/** Claims the messages of this relay's shards and sends each key's in order. */
export class Ordered implements Looks {
  readonly #parts: OrderedParts;
  readonly #lanes: KeyLanes<Item>;
  readonly #reading = createShardReading();
  readonly #blocked: BlockedKeys;
  /** So few may wait before there is a look for more. */
  #lowWater = 0;

  constructor(parts: OrderedParts) {
    this.#parts = parts;
    this.#lanes = new KeyLanes(parts.depth);
    this.#blocked = new BlockedKeys(parts.clock, parts.emit);
  }

  async look(stop: AbortSignal): Promise<number> {
    const { session, statements, window, routes, ownership, clock } = this.#parts;
    const owned = ownership.owned().map(({ shard }) => shard);
    if (owned.length === 0) return 0;
    const room = window.room();
    const asked = this.#reading.next(owned, room.messages, clock.monotonic());
    this.#lanes.beginReading();
    const pending = await session.use((on) => statements.pending(on, asked.cursors, asked.limit));
    this.#reading.read(asked, pending, clock.monotonic());
    const { wanted, suspects, blocked } = this.#lanes.plan(pending, {
      ...room,
      keysOf: (type) => routes.room(type),
      isSuspect,
    });
    this.#blocked.read(asked, pending, blocked);
    const items = await this.#claim(wanted);
    for (const { claimed } of this.#lanes.add(items, wanted)) this.#parts.flights.giveBack(claimed);
    this.#lowWater = Math.floor(this.#lanes.waiting / 2);
    this.pump();
    await this.#alone(suspects, stop);
    return items.length + suspects.length;
  }

  ready(): boolean {
    return !this.#parts.alone.closed && this.#parts.window.room().messages > 0;
  }

  nextMs(): number | null {
    const waits = [this.#parts.routes.nextMs(), this.#blocked.nextMs()].filter((waitMs) => waitMs !== null);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** Something may have come. */
  reset(): void {
    this.#reading.reset();
  }

  /** Sends what may go now. */
  pump(): void {
    if (this.#parts.alone.closed) return;
    for (const item of this.#lanes.next()) this.#send(item);
  }

  /** Whether messages of a shard are claimed and not settled. */
  busy(shard: number): boolean {
    return this.#lanes.busy(shard);
  }

  /** A shard is to go to another relay: what waits is given back. */
  leaving(shard: number): void {
    this.#giveBack(this.#lanes.stop(shard));
  }

  /** Another relay has taken a shard: what waits is its now. */
  lost(shard: number): void {
    for (const item of this.#lanes.stop(shard)) {
      this.#parts.flights.forget(item.claimed);
      this.#lanes.settled(item);
    }
    this.#blocked.forget(shard);
  }

  /** Gives back all that waits. */
  stop(): void {
    this.#giveBack(this.#lanes.stop());
  }

  /** The keys whose first message has to wait. */
  blocked(): readonly BlockedKey[] {
    return this.#blocked.list();
  }

  #send(item: Item): void {
    this.#parts.flights.send(item.claimed, {
      onVerdict: ({ kind }) => {
        this.#giveBack(this.#lanes.ended(item, kind === "done"));
        this.pump();
      },
      onSettled: () => this.#settled(item),
    });
  }

  #giveBack(items: readonly Item[]): void {
    for (const item of items)
      this.#parts.flights.giveBack(item.claimed, { onSettled: () => this.#settled(item) });
  }

  #settled(item: Item): void {
    this.#lanes.settled(item);
    if (!this.#lanes.busy(item.shard) || this.#lanes.waiting <= this.#lowWater) this.#parts.onDrained();
  }

  async #claim(wanted: readonly Pending[]): Promise<readonly Item[]> {
    const { session, statements, settings, ownership, flights } = this.#parts;
    const shards = new Set(wanted.map(({ shard }) => shard));
    const owned = ownership.owned().filter(({ shard }) => shards.has(shard));
    const epochs = new Map(owned.map(({ shard, epoch }) => [shard, epoch]));
    const ids = wanted.filter(({ shard }) => epochs.has(shard)).map(({ id }) => id);
    if (ids.length === 0) return [];
    const request = { ids, epochs, leaseMs: settings.leaseMs };
    const claimed = await session.use((on) => statements.claimOrdered(on, request));
    if (claimed.length > 0) crashPoint("relay:after-claim");
    return claimed.flatMap((one) => {
      const of = ownership.of(one.shard ?? -1);
      if (of === null || of.epoch !== one.token.epoch) return [];
      flights.take(one, of.lease);
      const { id, type, key, seq } = one.envelope;
      return [{ id, type, key: key ?? "", seq: seq ?? 0, shard: of.shard, claimed: one }];
    });
  }

  /** Publishes the suspects among the first messages of keys, one by one, with nothing else under way. */
  async #alone(suspects: readonly Pending[], stop: AbortSignal): Promise<void> {
    const { alone, flights } = this.#parts;
    for (const pending of suspects) {
      if (stop.aborted) return;
      await alone.run(async () => {
        const [item] = await this.#claim([pending]);
        if (item === undefined) return;
        await new Promise<void>((resolve) => flights.send(item.claimed, { onSettled: resolve }));
      }, stop);
    }
  }
}
