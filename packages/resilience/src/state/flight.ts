/** The generation of a flight that no breaker listens to. */
export const noGeneration = -1;

/**
 * One attempt that a breaker let pass, from its start to its end. The links of the breaker's list are part of it, so that letting
 * an attempt pass allocates nothing. It may be used again for another attempt once it was settled.
 */
export class Flight {
  startedMs = 0;
  /** The breaker's generation that let it pass; the result of an older one changes nothing. */
  generation: number = noGeneration;
  /** Counted as slow while it was still in flight. */
  slow = false;
  /** Holds a lease of the half-open breaker. */
  probe = false;
  before: Flight | null = null;
  after: Flight | null = null;
}

/** Flights in the order of their start. */
export class FlightList {
  #first: Flight | null = null;
  #last: Flight | null = null;

  /** The flight that started first. */
  get first(): Flight | null {
    return this.#first;
  }

  add(flight: Flight): void {
    flight.before = this.#last;
    flight.after = null;
    if (this.#last === null) this.#first = flight;
    else this.#last.after = flight;
    this.#last = flight;
  }

  remove(flight: Flight): void {
    const { before, after } = flight;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    flight.before = null;
    flight.after = null;
  }

  /** Forgets all at once; their links are left as they are, for `add` sets them anew. */
  clear(): void {
    this.#first = null;
    this.#last = null;
  }
}
