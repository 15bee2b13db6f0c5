import { type Clock, invariant } from "@holdfast/core";
import type { Timers } from "../timers.ts";
import { Alarm } from "./alarm.ts";

/** Something that waits for its own time: its place in the queue is part of it. */
export interface TimerEntry {
  /** When it is due; written by the queue, like the other fields. */
  wakeMs: number;
  /** How many were added before it: those that are due together wake in the order in which they came. */
  wakeOrder: number;
  /** Where it is in the heap; −1 while it is in none. */
  wakeAt: number;
  /** Called once when it is due, never before. */
  wake(): void;
}

/** Waits of any duration (backoff, places in a queue) on one native timer: a binary heap with the next one at its root. */
export class TimerQueue {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #alarm: Alarm;
  readonly #heap: TimerEntry[] = [];
  #added = 0;

  constructor(clock: Pick<Clock, "monotonic">, timers: Timers) {
    this.#clock = clock;
    this.#alarm = new Alarm(timers, () => this.#ring());
  }

  /** How many wait. */
  get size(): number {
    return this.#heap.length;
  }

  /** Adds an entry that is in no queue; it is due after `waitMs`, counted from `nowMs`, and never before `add` has returned. */
  add(entry: TimerEntry, waitMs: number, nowMs: number): void {
    invariant(entry.wakeAt < 0, "TimerQueue: an entry waits for one time at a time");
    entry.wakeMs = nowMs + Math.max(0, waitMs || 0);
    entry.wakeOrder = this.#added++;
    this.#heap.push(entry);
    this.#rise(entry, this.#heap.length - 1);
    this.#alarm.by(entry.wakeMs, nowMs);
  }

  /** Removes an entry; nothing happens if it is not waiting, because it has been woken for instance. */
  remove(entry: TimerEntry): void {
    if (this.#heap[entry.wakeAt] !== entry) return;
    this.#take(entry);
    if (this.#heap.length === 0) this.#alarm.rest();
  }

  /** Removes all entries; none of them is woken. */
  dispose(): void {
    for (const entry of this.#heap) entry.wakeAt = -1;
    this.#heap.length = 0;
    this.#alarm.dispose();
  }

  /** What is added by an entry that wakes waits for the next ring, so that waits of nothing cannot go round here for ever. */
  #ring(): void {
    const nowMs = this.#clock.monotonic();
    const added = this.#added;
    try {
      for (let next = this.#heap[0]; next !== undefined && next.wakeMs <= nowMs; next = this.#heap[0]) {
        if (next.wakeOrder >= added) break;
        this.#take(next);
        next.wake();
      }
    } finally {
      const next = this.#heap[0];
      if (next !== undefined) this.#alarm.by(next.wakeMs, this.#clock.monotonic());
    }
  }

  #take(entry: TimerEntry): void {
    const at = entry.wakeAt;
    entry.wakeAt = -1;
    const last = this.#heap.pop() as TimerEntry;
    if (last === entry) return;
    this.#rise(last, at);
    this.#sink(last, last.wakeAt);
  }

  /** Puts an entry where it belongs between `at` and the root. */
  #rise(entry: TimerEntry, at: number): void {
    let place = at;
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1] as TimerEntry;
      if (!isBefore(entry, parent)) break;
      this.#put(parent, place);
      place = (place - 1) >> 1;
    }
    this.#put(entry, place);
  }

  /** Puts an entry where it belongs between `at` and the leaves. */
  #sink(entry: TimerEntry, at: number): void {
    let place = at;
    for (let child = this.#child(place); child !== null; child = this.#child(place)) {
      if (!isBefore(child, entry)) break;
      const from = child.wakeAt;
      this.#put(child, place);
      place = from;
    }
    this.#put(entry, place);
  }

  /** The child that is due first. */
  #child(place: number): TimerEntry | null {
    const left = this.#heap[2 * place + 1];
    const right = this.#heap[2 * place + 2];
    if (left === undefined) return null;
    return right === undefined || isBefore(left, right) ? left : right;
  }

  #put(entry: TimerEntry, at: number): void {
    this.#heap[at] = entry;
    entry.wakeAt = at;
  }
}

function isBefore(a: TimerEntry, b: TimerEntry): boolean {
  return a.wakeMs < b.wakeMs || (a.wakeMs === b.wakeMs && a.wakeOrder < b.wakeOrder);
}
