import { type Clock, invariant } from "@holdfast/core";
import type { Timers } from "../timers.ts";
import { Alarm } from "./alarm.ts";

/** Something that has a deadline: the links of the list are part of it, so that adding it allocates nothing. */
export interface DeadlineEntry {
  /** When it is due; written by the list. */
  deadlineMs: number;
  deadlineBefore: DeadlineEntry | null;
  deadlineAfter: DeadlineEntry | null;
  /** The list that it is in. */
  deadlineIn: object | null;
  /** Called once when it is due, never before. */
  fire(): void;
}

/**
 * Deadlines of one duration. All take as long, so the first to be added is the first to be due: adding and removing are a few
 * writes, and one native timer serves any number of entries.
 */
export class DeadlineList {
  readonly #durationMs: number;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #alarm: Alarm;
  #first: DeadlineEntry | null = null;
  #last: DeadlineEntry | null = null;
  #size = 0;

  constructor(durationMs: number, clock: Pick<Clock, "monotonic">, timers: Timers) {
    // A duration of nothing would let an entry that adds itself again when it fires go round for ever.
    invariant(durationMs > 0, "DeadlineList: the duration is more than 0 ms");
    this.#durationMs = durationMs;
    this.#clock = clock;
    this.#alarm = new Alarm(timers, () => this.#ring());
  }

  /** How many entries are not due yet. */
  get size(): number {
    return this.#size;
  }

  /** Adds an entry that is in no list; it is due after the list's duration, counted from `nowMs`. */
  add(entry: DeadlineEntry, nowMs: number): void {
    invariant(entry.deadlineIn === null, "DeadlineList: an entry has one deadline at a time");
    const last = this.#last;
    const dueMs = nowMs + this.#durationMs;
    // The order of adding stays the order of firing if time ever goes back.
    entry.deadlineMs = last === null ? dueMs : Math.max(dueMs, last.deadlineMs);
    entry.deadlineIn = this;
    entry.deadlineBefore = last;
    if (last === null) this.#first = entry;
    else last.deadlineAfter = entry;
    this.#last = entry;
    this.#size++;
    this.#alarm.by(entry.deadlineMs, nowMs);
  }

  /** Removes an entry; nothing happens if it is not in this list, because it has fired for instance. */
  remove(entry: DeadlineEntry): void {
    if (entry.deadlineIn !== this) return;
    this.#unlink(entry);
    if (this.#first === null) this.#alarm.rest();
  }

  /** Removes all entries; none of them fires. */
  dispose(): void {
    while (this.#first !== null) this.#unlink(this.#first);
    this.#alarm.dispose();
  }

  /** An entry that throws is heard like any timer that throws, and the others fire in the next one. */
  #ring(): void {
    const nowMs = this.#clock.monotonic();
    try {
      for (let entry = this.#first; entry !== null && entry.deadlineMs <= nowMs; entry = this.#first) {
        this.#unlink(entry);
        entry.fire();
      }
    } finally {
      if (this.#first !== null) this.#alarm.by(this.#first.deadlineMs, this.#clock.monotonic());
    }
  }

  #unlink(entry: DeadlineEntry): void {
    const { deadlineBefore: before, deadlineAfter: after } = entry;
    if (before === null) this.#first = after;
    else before.deadlineAfter = after;
    if (after === null) this.#last = before;
    else after.deadlineBefore = before;
    entry.deadlineBefore = null;
    entry.deadlineAfter = null;
    entry.deadlineIn = null;
    this.#size--;
  }
}
