/** What can be in a `Bag`: it knows where it is, so that it can be taken out without a search. */
export interface Bagged {
  /** Where it is in the bag `bag`; meaningless while that is `null`. */
  at: number;
  bag: Bag<never> | null;
}

/**
 * Things in no order, each in one bag at a time. Putting one in and taking it out are a few writes, and a bag that is filled and
 * emptied again and again allocates nothing.
 */
export class Bag<T extends Bagged> {
  /** The thing in a bag with one, which most bags are that are filled and emptied in turn: no array is touched for it. */
  private single: T | null = null;
  private readonly things: T[] = [];

  get size(): number {
    return this.things.length + (this.single === null ? 0 : 1);
  }

  /** One of the things that are in it; `undefined` when it is empty. */
  get any(): T | undefined {
    return this.single ?? this.things.at(-1);
  }

  put(thing: T): void {
    thing.bag = this as unknown as Bag<never>;
    if (this.single === null) {
      this.single = thing;
      return;
    }
    thing.at = this.things.length;
    this.things.push(thing);
  }

  take(thing: T): void {
    thing.bag = null;
    if (this.single === thing) {
      this.single = null;
      return;
    }
    const last = this.things.pop() as T;
    if (last !== thing) {
      this.things[thing.at] = last;
      last.at = thing.at;
    }
  }
}
