import { invariant } from "@holdfast/core";
import { groupsOf, type LaneItem, type LaneLimits, type LanePlan, laneName, planOf } from "./lane-plan.ts";
import type { Pending } from "./statements.ts";

/** The messages of one key that a relay has claimed: the first ones of the key, in the order of their numbers. */
interface Lane<Item> {
  readonly name: string;
  readonly shard: number;
  readonly waiting: Item[];
  /** Claimed and not settled yet, sent or not. */
  readonly held: Map<string, Item>;
  underWay: number;
  /** One of them is not going to be confirmed: nothing more is sent or claimed until all are settled and the key is read anew. */
  stopped: boolean;
}

/** How many of one key may be under way, and how many may be claimed. */
export interface LaneDepth {
  readonly underWay: number;
  readonly held: number;
}

/** Depths by the order that is asked for. */
export const laneDepths: Readonly<Record<"strict" | "pipelined", LaneDepth>> = {
  strict: { underWay: 1, held: 200 },
  pipelined: { underWay: 64, held: 200 },
};

const none: ReadonlyMap<string, unknown> = new Map();

/** Keys in order. What is sent of a key is always a run of its first messages, and after a failure it begins anew with the first. */
export class KeyLanes<Item extends LaneItem> {
  readonly #depth: LaneDepth;
  readonly #lanes = new Map<string, Lane<Item>>();
  /** Lanes that may be able to send. */
  readonly #able = new Set<Lane<Item>>();
  /** Messages that are held, by shard. */
  readonly #held = new Map<number, number>();
  #changed = new Set<string>();
  #waiting = 0;

  constructor(depth: LaneDepth) {
    this.#depth = depth;
  }

  /** How many are claimed and wait to be sent. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether something of a shard is not settled. */
  busy(shard: number): boolean {
    return (this.#held.get(shard) ?? 0) > 0;
  }

  /** Begins a reading: what is settled from now on may be in it as it was. */
  beginReading(): void {
    this.#changed = new Set();
  }

  /** What to claim of what was read: rows of a key stand together, by number. */
  plan(pending: readonly Pending[], limits: LaneLimits): LanePlan {
    // What was read of a lane may be older than what has become of it since: the next reading tells.
    const groups = groupsOf(pending).filter(
      ({ name }) => !this.#changed.has(name) && this.#lanes.get(name)?.stopped !== true,
    );
    const heldOf = (name: string) => this.#lanes.get(name)?.held ?? none;
    return planOf(groups, heldOf, { ...limits, held: this.#depth.held });
  }

  /** Puts claimed messages into their lanes. Those before which another wanted one is missing are returned: they must not go. */
  add(claimed: readonly Item[], wanted: readonly LaneItem[]): readonly Item[] {
    const found = new Map(claimed.map((item) => [item.id, item]));
    const broken = new Set<string>();
    const refused: Item[] = [];
    for (const want of wanted) {
      const name = laneName(want);
      const item = found.get(want.id);
      if (item === undefined) broken.add(name);
      else if (broken.has(name) || this.#lanes.get(name)?.stopped === true) refused.push(item);
      else this.#put(item, name);
    }
    return refused;
  }

  /** The next messages to send, now under way. */
  next(): readonly Item[] {
    const items: Item[] = [];
    for (const lane of this.#able) {
      const run = lane.waiting.splice(0, Math.max(0, this.#depth.underWay - lane.underWay));
      lane.underWay += run.length;
      this.#waiting -= run.length;
      items.push(...run);
    }
    this.#able.clear();
    return items;
  }

  /** How one that was under way ended. Those of its lane that wait are returned where it must begin anew: they are to be given back. */
  ended(item: Item, confirmed: boolean): readonly Item[] {
    const lane = this.#laneOf(item);
    lane.underWay -= 1;
    if (!confirmed) return this.#stop(lane);
    if (!lane.stopped && lane.waiting.length > 0) this.#able.add(lane);
    return [];
  }

  /** The database has what became of one. */
  settled(item: Item): void {
    const lane = this.#laneOf(item);
    lane.held.delete(item.id);
    this.#changed.add(lane.name);
    this.#held.set(item.shard, (this.#held.get(item.shard) ?? 1) - 1);
    if (lane.held.size === 0) this.#lanes.delete(lane.name);
  }

  /** Stops the lanes of a shard, or all; those that wait are returned. */
  stop(shard?: number): readonly Item[] {
    return [...this.#lanes.values()]
      .filter((lane) => shard === undefined || lane.shard === shard)
      .flatMap((lane) => this.#stop(lane));
  }

  #put(item: Item, name: string): void {
    const lane: Lane<Item> = this.#lanes.get(name) ?? {
      name,
      shard: item.shard,
      waiting: [],
      held: new Map(),
      underWay: 0,
      stopped: false,
    };
    this.#lanes.set(name, lane);
    lane.waiting.push(item);
    lane.held.set(item.id, item);
    this.#held.set(item.shard, (this.#held.get(item.shard) ?? 0) + 1);
    this.#waiting += 1;
    this.#able.add(lane);
  }

  #stop(lane: Lane<Item>): readonly Item[] {
    lane.stopped = true;
    this.#able.delete(lane);
    this.#waiting -= lane.waiting.length;
    return lane.waiting.splice(0);
  }

  #laneOf(item: Item): Lane<Item> {
    const lane = this.#lanes.get(laneName(item));
    invariant(lane !== undefined, "key lanes: a message that ends is in its lane");
    return lane;
  }
}
