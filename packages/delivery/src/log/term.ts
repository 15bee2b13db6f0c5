import type { Lease } from "../relay/flights.ts";
import type { Session } from "../store.ts";
import type { Cursor } from "./cursor.ts";
import { blameless, type Ending, type Entry, endedPages, type Page } from "./page.ts";
import type { Logged, Taken } from "./statements.ts";

/** How much a reader has read that is not written as done. */
export interface Held {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * One time of reading the log, from taking it until it is given back, lost, or the connection breaks. Nothing of it outlives its connection:
 * after a crash of the database the numbers of transactions that were lost are given out again, and a snapshot from before it would pass over
 * them.
 */
export class Term {
  readonly session: Session;
  readonly epoch: number;
  readonly lease: Lease;
  /** Where the cursor's row lies. */
  spot: string;
  /** How far was read, which is further than is done. */
  cursor: Cursor;
  readonly pages: Page[] = [];
  /** Messages without a verdict that are not on their way. */
  readonly waiting: Set<Entry> = new Set();
  over: boolean = false;
  #messages = 0;
  #bytes = 0;
  /** So many messages are put aside unseen, because readers vanished over them. */
  #suspicious: number;
  /** How many readers vanished before this term without having got any further. */
  readonly crashes: number;

  constructor(session: Session, taken: Taken, untilMs: number, suspicious: number) {
    this.session = session;
    this.epoch = taken.epoch;
    this.spot = taken.spot;
    this.cursor = taken.cursor;
    this.lease = { untilMs };
    this.crashes = taken.crashes;
    this.#suspicious = suspicious;
  }

  get held(): Held {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Whether everything over which readers may have vanished is done. */
  get cleared(): boolean {
    return this.#suspicious <= 0;
  }

  /** Takes a page in; what `isDone` knows has ended already. */
  add(found: readonly Logged[], after: Cursor, isDone: (id: string) => boolean): void {
    const bytes = found.reduce((sum, { claimed }) => sum + claimed.bytes, 0);
    const page: Page = { entries: [], after, bytes, left: found.length };
    for (const { claimed, place } of found) {
      const entry: Entry = {
        ...{ claimed, place, page },
        ...{ ending: null, heldSinceMs: null, sentMs: null, onSettled: null },
      };
      page.entries.push(entry);
      const ending: Ending | null = isDone(claimed.token.id) ? { kind: "done" } : this.#suspicion();
      if (ending === null) this.waiting.add(entry);
      else this.end(entry, ending);
    }
    this.pages.push(page);
    this.#messages += found.length;
    this.#bytes += bytes;
    this.cursor = after;
  }

  /** Everything was read that was there: what comes now, no reader vanished over. */
  caughtUp(): void {
    this.#suspicious = 0;
  }

  end(entry: Entry, ending: Ending): void {
    if (entry.ending !== null) return;
    this.waiting.delete(entry);
    entry.ending = ending;
    entry.page.left -= 1;
  }

  /** The pages that can be written as done. */
  ended(): readonly Page[] {
    return endedPages(this.pages);
  }

  /** The first pages are written as done. */
  remove(pages: readonly Page[]): void {
    this.pages.splice(0, pages.length);
    for (const { entries, bytes } of pages) {
      this.#messages -= entries.length;
      this.#bytes -= bytes;
      for (const { onSettled } of entries) onSettled?.();
    }
  }

  /** Nothing of it counts any more. */
  close(): void {
    this.over = true;
    this.waiting.clear();
    for (const { entries } of this.pages) for (const { onSettled } of entries) onSettled?.();
  }

  #suspicion(): Ending | null {
    if (this.#suspicious <= 0) return null;
    this.#suspicious -= 1;
    return { ...blameless, started: this.crashes };
  }
}
