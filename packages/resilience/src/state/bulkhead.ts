/** A call as it waits for its place: the links of the queue are part of it, so that waiting allocates nothing. */
export interface Waiter {
  waiterBefore: Waiter | null;
  waiterAfter: Waiter | null;
  /** The bulkhead in whose queue it is. */
  waitsIn: object | null;
}

/**
 * So many calls at a time, and a queue of those that wait, strictly in order of arrival: a place that becomes free belongs to the
 * first of them and is never up for grabs, so a call that was let into the queue is not refused for want of a place later.
 */
export class Bulkhead<W extends Waiter> {
  readonly #concurrent: number;
  readonly #queue: number;
  #first: Waiter | null = null;
  #last: Waiter | null = null;
  #active = 0;
  #waiting = 0;

  constructor(concurrent: number, queue: number) {
    this.#concurrent = concurrent;
    this.#queue = queue;
  }

  /** The calls that have a place. */
  get active(): number {
    return this.#active;
  }

  /** The calls in the queue. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Gives the call a place or puts it into the queue, if there is room. */
  enter(waiter: W): "entered" | "queued" | "full" {
    // Nobody can overtake here: as long as somebody waits, no place is free.
    if (this.#active < this.#concurrent) {
      this.#active++;
      return "entered";
    }
    if (this.#waiting >= this.#queue) return "full";
    this.#append(waiter);
    return "queued";
  }

  /** Ends a call that had a place. Returns the call that has the place from now on, for the caller to start, or `null`. */
  leave(): W | null {
    const next = this.#first;
    if (next === null) this.#active--;
    else this.#unlink(next);
    return next as W | null;
  }

  /** Takes a call that gave up out of the queue; false if it was not in it. */
  remove(waiter: W): boolean {
    if (waiter.waitsIn !== this) return false;
    this.#unlink(waiter);
    return true;
  }

  #append(waiter: Waiter): void {
    waiter.waitsIn = this;
    waiter.waiterBefore = this.#last;
    if (this.#last === null) this.#first = waiter;
    else this.#last.waiterAfter = waiter;
    this.#last = waiter;
    this.#waiting++;
  }

  #unlink(waiter: Waiter): void {
    const { waiterBefore: before, waiterAfter: after } = waiter;
    if (before === null) this.#first = after;
    else before.waiterAfter = after;
    if (after === null) this.#last = before;
    else after.waiterBefore = before;
    waiter.waiterBefore = null;
    waiter.waiterAfter = null;
    waiter.waitsIn = null;
    this.#waiting--;
  }
}
