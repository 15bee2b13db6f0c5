import type { Clock } from "@holdfast/core";
import type { Emit } from "../events.ts";
import { type BlockedKey, laneName } from "./lane-plan.ts";
import type { ShardRead } from "./shard-reading.ts";
import type { Pending } from "./statements.ts";

/** The keys whose first message has failed and has to wait, and all others of the key behind it: for statistics, and for the next look. */
export class BlockedKeys {
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #blocked = new Map<string, BlockedKey & { readonly untilMs: number }>();

  constructor(clock: Clock, emit: Emit) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Takes what a reading has shown; says which keys are blocked that were not. */
  read(asked: ShardRead, pending: readonly Pending[], found: readonly BlockedKey[]): void {
    const nowMs = this.#clock.monotonic();
    const before = new Set(this.#blocked.keys());
    const seen = new Set(pending.map(laneName));
    const whole = wholeShards(asked, pending);
    for (const [name, { shard }] of this.#blocked)
      if (seen.has(name) || whole.has(shard)) this.#blocked.delete(name);
    for (const one of found) {
      const name = laneName(one);
      const { type, key, shard, waitMs, failed } = one;
      this.#blocked.set(name, { type, key, shard, waitMs, failed, untilMs: nowMs + waitMs });
      if (!before.has(name)) this.#emit({ type: "relay.key-blocked", messageType: type, key, waitMs });
    }
  }

  /** A shard went to another relay. */
  forget(shard: number): void {
    for (const [name, one] of this.#blocked) if (one.shard === shard) this.#blocked.delete(name);
  }

  /** In how many milliseconds the first of them goes on; null where none is blocked. */
  nextMs(): number | null {
    const nowMs = this.#clock.monotonic();
    const waits = [...this.#blocked.values()].map(({ untilMs }) => Math.max(1, untilMs - nowMs));
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** The blocked keys, and how long they still wait. */
  list(): readonly BlockedKey[] {
    const nowMs = this.#clock.monotonic();
    return [...this.#blocked.values()].map(({ untilMs, ...one }) => ({
      ...one,
      waitMs: Math.max(0, untilMs - nowMs),
    }));
  }
}

/** The shards that were read from their first key to their last. */
function wholeShards(asked: ShardRead, pending: readonly Pending[]): ReadonlySet<number> {
  const byShard = Map.groupBy(pending, ({ shard }) => shard);
  const whole = asked.cursors.filter(
    ({ shard, type }) => type === "" && (byShard.get(shard)?.length ?? 0) < asked.limit,
  );
  return new Set(whole.map(({ shard }) => shard));
}
