import type { Clock } from "@holdfast/core";
import type { Alone } from "../relay/alone.ts";
import type { Claimed } from "../relay/claimed.ts";
import type { Flights } from "../relay/flights.ts";
import type { Routes } from "../relay/routes.ts";
import type { Settler, Settling } from "../relay/settler.ts";
import { blameless, type Entry, endingOf } from "./page.ts";
import type { Term } from "./term.ts";

/** How long a message of the log waits for its route before it goes into the queue, in milliseconds … */
const heldMaxMs = 10_000;
/** … and how long where messages of other names, over routes that go, are kept waiting by it. */
const heldWhileOthersGoMs = 250;

/** What sending needs. The flights are its own, and settle with it. */
export interface SendingParts {
  readonly flights: () => Flights;
  readonly routes: Routes;
  readonly alone: () => Pick<Alone, "closed">;
  readonly clock: Clock;
  /** A message has ended. */
  readonly onEnded: () => void;
}

/** Sends what a term holds, and takes the verdicts. What cannot go is put aside before it keeps others waiting. */
export class Sending implements Settler {
  readonly #parts: SendingParts;
  readonly #sent = new Map<Claimed, { readonly entry: Entry; readonly term: Term }>();
  /** What was confirmed and is not written as done: read again, it is not sent again. */
  readonly #confirmed = new Set<string>();
  /** When a message of a name was last confirmed. */
  readonly #wentMs = new Map<string, number>();
  #stopping = false;
  #pumping = false;

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  readonly isDone = (id: string): boolean => this.#confirmed.has(id);

  /** Sends what its routes take, in the order in which it was read. */
  pump(term: Term): void {
    const { routes, clock, flights } = this.#parts;
    if (this.#pumping || this.#stopping || this.#parts.alone().closed) return;
    if (clock.monotonic() >= term.lease.untilMs) return;
    this.#pumping = true;
    const rooms = new Map<string, number>();
    for (const entry of [...term.waiting]) {
      const { type } = entry.claimed.envelope;
      const room = rooms.get(type) ?? routes.room(type);
      rooms.set(type, room - 1);
      if (room < 1) {
        entry.heldSinceMs ??= clock.monotonic();
        continue;
      }
      term.waiting.delete(entry);
      this.#sent.set(entry.claimed, { entry, term });
      flights().take(entry.claimed, term.lease);
      flights().send(entry.claimed);
    }
    this.#pumping = false;
  }

  /** Puts aside what has waited for its route for too long. */
  giveWay(term: Term): void {
    const { routes, clock, onEnded } = this.#parts;
    const nowMs = clock.monotonic();
    const closed = new Set(routes.closed());
    const goes = [...this.#wentMs].filter(([type]) => !closed.has(type)).map(([, atMs]) => atMs);
    const lastMs = Math.max(Number.NEGATIVE_INFINITY, ...goes);
    const late = [...term.waiting].filter(({ heldSinceMs }) => {
      if (heldSinceMs === null) return false;
      return nowMs - heldSinceMs >= (lastMs > heldSinceMs ? heldWhileOthersGoMs : heldMaxMs);
    });
    for (const entry of late) term.end(entry, blameless);
    if (late.length > 0) onEnded();
  }

  /** Nothing is sent any more: what was not goes into the queue. */
  stop(term?: Term): void {
    this.#stopping = true;
    for (const entry of term?.waiting ?? []) term?.end(entry, blameless);
    this.#parts.onEnded();
  }

  add({ claimed, verdict, onSettled }: Settling): void {
    const found = this.#sent.get(claimed);
    this.#sent.delete(claimed);
    if (verdict.kind === "done") {
      this.#confirmed.add(claimed.token.id);
      this.#wentMs.set(claimed.envelope.type, this.#parts.clock.monotonic());
    }
    if (found === undefined || found.term.over) {
      onSettled();
      return;
    }
    const { entry, term } = found;
    const ending = endingOf(verdict) ?? (this.#stopping ? blameless : null);
    if (ending === null) {
      onSettled();
      entry.heldSinceMs ??= this.#parts.clock.monotonic();
      term.waiting.add(entry);
      return;
    }
    entry.onSettled = onSettled;
    term.end(entry, ending);
    if (entry.page.left === 0) this.#parts.onEnded();
  }

  /** The database knows what these came to. */
  written(entries: readonly Entry[]): void {
    for (const { claimed } of entries) this.#confirmed.delete(claimed.token.id);
  }

  /** The log is another relay's, and what it sends is not this one's affair. */
  forget(): void {
    this.#confirmed.clear();
  }

  idle(): boolean {
    return this.#sent.size === 0;
  }

  lost(): number {
    return 0;
  }
}
