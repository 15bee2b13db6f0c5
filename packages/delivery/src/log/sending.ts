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

/**
 * A confirm that takes longer than this, in milliseconds, and this many times longer than usual, while others come: the message waits for it in
 * the queue, and what is behind it is not kept.
 */
const stalledMs = 2_000;
const stalledFactor = 8;

/** What sending needs. The flights are its own, and settle with it. */
export interface SendingParts {
  readonly flights: () => Flights;
  readonly routes: Routes;
  readonly alone: () => Pick<Alone, "closed">;
  readonly clock: Clock;
  /** How long a confirm may take at all, in milliseconds. */
  readonly confirmLimitMs: number;
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
  /** How long a confirm takes, about. */
  #usualMs: number | null = null;
  /** Confirmed after all, when they were in the queue already. */
  #late: string[] = [];
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
      entry.sentMs = clock.monotonic();
      flights().take(entry.claimed, term.lease);
      flights().send(entry.claimed);
    }
    this.#pumping = false;
  }

  /** Puts aside what keeps others waiting: what has waited for its route, and what has waited for its confirm. */
  giveWay(term: Term): void {
    const nowMs = this.#parts.clock.monotonic();
    const held = [...term.waiting].filter((entry) => this.#isHeld(entry, nowMs));
    for (const entry of held) term.end(entry, blameless);
    const stalled = term.pages[0]?.entries.filter((entry) => this.#isStalled(entry, nowMs)) ?? [];
    for (const entry of stalled) term.end(entry, { ...blameless, waitMs: this.#parts.confirmLimitMs });
    if (held.length + stalled.length > 0) this.#parts.onEnded();
  }

  /** The ids of messages whose copies in the queue are not needed: they were confirmed late. */
  takeLate(): readonly string[] {
    return this.#late.splice(0);
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
    if (verdict.kind === "done") this.#went(claimed, found?.entry.sentMs ?? null);
    if (found === undefined || found.term.over) {
      onSettled();
      return;
    }
    const { entry, term } = found;
    if (entry.ending !== null) {
      if (verdict.kind === "done") this.#late.push(claimed.token.id);
      this.#confirmed.delete(claimed.token.id);
      onSettled();
      return;
    }
    const ending = endingOf(verdict) ?? (this.#stopping ? blameless : null);
    if (ending === null) {
      onSettled();
      entry.heldSinceMs ??= this.#parts.clock.monotonic();
      entry.sentMs = null;
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

  #went({ token, envelope }: Claimed, sentMs: number | null): void {
    const nowMs = this.#parts.clock.monotonic();
    this.#confirmed.add(token.id);
    this.#wentMs.set(envelope.type, nowMs);
    const tookMs = sentMs === null ? 0 : nowMs - sentMs;
    this.#usualMs = this.#usualMs === null ? tookMs : this.#usualMs * 0.9 + tookMs * 0.1;
  }

  #isHeld({ heldSinceMs }: Entry, nowMs: number): boolean {
    if (heldSinceMs === null) return false;
    const closed = new Set(this.#parts.routes.closed());
    const othersGo = [...this.#wentMs].some(([type, atMs]) => atMs > heldSinceMs && !closed.has(type));
    return nowMs - heldSinceMs >= (othersGo ? heldWhileOthersGoMs : heldMaxMs);
  }

  #isStalled({ ending, sentMs, page }: Entry, nowMs: number): boolean {
    if (ending !== null || sentMs === null || page.left === page.entries.length) return false;
    return nowMs - sentMs >= Math.max(stalledMs, stalledFactor * (this.#usualMs ?? 0));
  }
}
