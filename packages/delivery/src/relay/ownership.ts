import type { Clock } from "@holdfast/core";
import type { Emit } from "../events.ts";
import { shards as shardCount } from "../outbox/row.ts";
import type { Lease } from "./flights.ts";
import type { KeptSession } from "./kept-session.ts";
import { shareOf } from "./share.ts";
import type { ShardStatements } from "./statements/shards.ts";

/** A shard that this relay owns. */
export interface OwnedShard {
  readonly shard: number;
  readonly epoch: number;
  readonly lease: Lease;
  /** On its way to another relay: nothing more is claimed. */
  leaving: boolean;
}

/** Which shards are this relay's. Relays know of each other by the database alone: each takes its share, and leaves what is above it. */
export interface Ownership {
  /** Extends what the relay owns, says that it lives, and moves towards its share. */
  tick(): Promise<void>;
  owned(): readonly OwnedShard[];
  of(shard: number): OwnedShard | null;
  /** Gives back what is on its way and has nothing under way, now. */
  handOver(): Promise<void>;
  /** Gives everything back. */
  leave(): Promise<void>;
}

/** What ownership needs. */
export interface OwnershipParts {
  /** A connection whose writes are kept: an epoch that a crash of the database took back would be given out twice. */
  readonly session: KeptSession;
  readonly statements: ShardStatements;
  readonly member: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Whether messages of a shard are claimed and not settled. */
  readonly busy: (shard: number) => boolean;
  readonly onLeaving: (shard: number) => void;
  readonly onLost: (shard: number) => void;
  readonly onTaken: () => void;
}

/** The shards of a relay. */
export function createOwnership(parts: OwnershipParts): Ownership {
  const { session, statements, member, leaseMs, clock, emit } = parts;
  const owned = new Map<number, OwnedShard>();
  let told = "";

  const epochsOf = (list: Iterable<OwnedShard>): ReadonlyMap<number, number> =>
    new Map([...list].map(({ shard, epoch }) => [shard, epoch]));
  const renew = async (): Promise<void> => {
    const startedMs = clock.monotonic();
    const asked = [...owned.values()];
    const held = await session.use((on) => statements.renew(on, epochsOf(asked), leaseMs));
    const lost = asked.filter(({ shard }) => !held.has(shard));
    for (const one of asked) one.lease.untilMs = held.has(one.shard) ? startedMs + leaseMs : 0;
    for (const { shard } of lost) {
      owned.delete(shard);
      parts.onLost(shard);
    }
    if (lost.length > 0) emit({ type: "relay.lease-lost", messages: 0, shards: lost.length });
  };
  const take = async (most: number): Promise<void> => {
    const startedMs = clock.monotonic();
    const taken = await session.use((on) => statements.take(on, member, most, leaseMs));
    for (const [shard, epoch] of taken)
      owned.set(shard, { shard, epoch, lease: { untilMs: startedMs + leaseMs }, leaving: false });
    if (taken.size > 0) parts.onTaken();
  };
  const towards = async (share: number): Promise<void> => {
    const staying = [...owned.values()].filter(({ leaving }) => !leaving);
    for (const one of staying.slice(share)) {
      one.leaving = true;
      parts.onLeaving(one.shard);
    }
    if (staying.length < share) await take(share - staying.length);
  };
  const giveBack = async (list: readonly OwnedShard[]): Promise<void> => {
    if (list.length === 0) return;
    // First of all this relay stops to think of them as its own: an answer may be lost on its way.
    for (const { shard } of list) owned.delete(shard);
    await session.use((on) => statements.free(on, epochsOf(list)));
  };
  const handOver = (): Promise<void> =>
    giveBack([...owned.values()].filter(({ shard, leaving }) => leaving && !parts.busy(shard)));

  return {
    async tick() {
      // Only who can look after its shards counts as living: one that cannot would keep others from its share.
      await renew();
      const { relays, rank } = await session.use((on) => statements.beat(on, member, leaseMs));
      await towards(shareOf({ shards: shardCount, relays, rank }));
      await handOver();
      const now = `${owned.size} of ${relays}`;
      if (now !== told) emit({ type: "relay.shards", owned: owned.size, relays });
      told = now;
    },
    owned: () => [...owned.values()].filter(({ leaving }) => !leaving),
    of: (shard) => owned.get(shard) ?? null,
    handOver,
    async leave() {
      await giveBack([...owned.values()]);
      await session.use((on) => statements.leave(on, member));
    },
  };
}
