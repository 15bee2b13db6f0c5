import type { Clock } from "@holdfast/core";
import { crashPoint } from "../crash-points.ts";
import type { Alone } from "./alone.ts";
import { afterCycle, firstBatch } from "./batch-size.ts";
import type { Claim, Claimed } from "./claimed.ts";
import type { Flights } from "./flights.ts";
import type { KeptSession } from "./kept-session.ts";
import type { Looks } from "./looking.ts";
import type { RelaySettings } from "./options.ts";
import type { Routes } from "./routes.ts";
import { givenBack, idFloor, type ScanState, scanFrom, scanned, unscanned } from "./scan-state.ts";
import type { ClaimRequest, RelayStatements } from "./statements.ts";
import type { Verdict } from "./verdict.ts";
import type { Window } from "./window.ts";

/** What a queue needs. */
export interface QueueParts {
  readonly session: KeptSession;
  readonly statements: RelayStatements;
  readonly flights: Flights;
  readonly routes: Routes;
  readonly window: Window;
  readonly alone: Alone;
  readonly settings: RelaySettings;
  readonly clock: Clock;
  /** Called when something becomes due sooner than was known. */
  readonly onDue: () => void;
}

/** How often to look for suspects and for what has become due while there is other work, in milliseconds. */
const suspectsEveryMs = 1_000;
const dueEveryMs = 250;
const promoteMax = 1_000;
/** How soon a route under trial that has no message is looked at again, in milliseconds. */
const nothingMs = 500;
/** More sets of names that were left out than that are not remembered. */
const scansMax = 64;

/** Claims what is in no order, batch after batch, and hands it to the flights. */
export class Queue implements Looks {
  readonly #parts: QueueParts;
  /** What looks have seen, by the names that they left out for having their share under way: those looks say nothing of these names. */
  readonly #scans = new Map<string, ScanState>();
  #batch;
  /** Until when names under trial are taken to have no message. */
  readonly #nothing = new Map<string, number>();
  #suspectsDueMs = 0;
  #promoteDueMs = 0;
  /** When the next waiting message is due, on the process's clock, as far as is known. */
  #dueAtMs: number | null = null;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#batch = firstBatch(parts.settings.batch);
  }

  /** How many messages the next claim asks for. */
  get batch(): number {
    return this.#batch.size;
  }

  async look(stop: AbortSignal): Promise<number> {
    return (
      (await this.#promote()) + (await this.#suspect(stop)) + (await this.#trials()) + (await this.#general())
    );
  }

  ready(): boolean {
    const { window, settings } = this.#parts;
    return window.room().messages >= Math.min(this.batch, Math.ceil(settings.inFlight.messages / 2));
  }

  nextMs(): number | null {
    const { routes, clock } = this.#parts;
    const dueMs = this.#dueAtMs === null ? null : Math.max(1, this.#dueAtMs - clock.monotonic());
    const known = [routes.nextMs(), dueMs].filter((waitMs) => waitMs !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  /** Messages were given back: the next look is from the beginning. */
  reset(): void {
    for (const [leftOut, scan] of this.#scans) this.#scans.set(leftOut, givenBack(scan));
  }

  /** Makes ready what is due. */
  async #promote(): Promise<number> {
    const { session, statements, clock } = this.#parts;
    if (clock.monotonic() < this.#promoteDueMs) return 0;
    const { promoted, nextMs } = await session.use((on) => statements.promote(on, promoteMax));
    const nowMs = clock.monotonic();
    const waitMs = promoted === promoteMax ? 0 : Math.min(dueEveryMs, Math.max(1, nextMs ?? dueEveryMs));
    this.#dueAtMs = nextMs === null ? null : nowMs + Math.max(0, nextMs);
    this.#promoteDueMs = nowMs + waitMs;
    // What became due is older than what was claimed last.
    if (promoted > 0) this.reset();
    return promoted;
  }

  /** Publishes one suspect, alone. Suspects take half of the time at most: the others are innocent as far as anybody knows. */
  async #suspect(stop: AbortSignal): Promise<number> {
    const { session, statements, settings, routes, flights, alone, clock } = this.#parts;
    const startedMs = clock.monotonic();
    if (startedMs < this.#suspectsDueMs) return 0;
    const request = { leaseMs: settings.leaseMs, types: { without: routes.closed() } };
    const suspect = await session.use((on) => statements.claimSuspect(on, request));
    this.#suspectsDueMs = clock.monotonic() + suspectsEveryMs;
    if (suspect === null) return 0;
    crashPoint("relay:after-claim");
    this.#take(suspect, startedMs);
    const onVerdict = (verdict: Verdict): void => this.#noteDue(verdict);
    await alone.run(
      () => new Promise((resolve) => flights.send(suspect, { onVerdict, onSettled: resolve })),
      stop,
    );
    this.#suspectsDueMs = clock.monotonic() + (clock.monotonic() - startedMs);
    return 1;
  }

  /** Tries routes that had a pause, each with as many messages as it may have. */
  async #trials(): Promise<number> {
    const { routes, clock } = this.#parts;
    let sum = 0;
    for (const { types, limit } of routes.trials()) {
      // Where there was nothing a moment ago, the ordered messages may try the route; the queue looks again later.
      const only = types.filter((type) => (this.#nothing.get(type) ?? 0) <= clock.monotonic());
      if (only.length === 0) continue;
      const { found } = await this.#claim({ limit, from: null, types: { only } });
      for (const type of only)
        if (found.claimed.length === 0) this.#nothing.set(type, clock.monotonic() + nothingMs);
      sum += found.claimed.length + found.moved;
    }
    return sum;
  }

  /** Claims a batch of what goes over routes that simply go. */
  async #general(): Promise<number> {
    const { clock, routes, window } = this.#parts;
    const crowding = window.crowding();
    const leftOut = [...crowding].sort().join(" ");
    const before = this.#scans.get(leftOut) ?? unscanned;
    const from = scanFrom(before, clock.monotonic());
    const types = { without: [...routes.closed(), ...crowding] };
    const { found, exhausted, costMs } = await this.#claim({ limit: this.batch, from, types });
    const first = found.claimed[0]?.token.id ?? null;
    const scan = { from, costMs, first, exhausted, floor: idFloor(clock.wall()) };
    if (this.#scans.size >= scansMax && !this.#scans.has(leftOut)) this.#scans.clear();
    this.#scans.set(leftOut, scanned(this.#scans.get(leftOut) ?? unscanned, scan, clock.monotonic()));
    return found.claimed.length + found.moved;
  }

  async #claim(
    request: Pick<ClaimRequest, "limit" | "from" | "types">,
  ): Promise<{ readonly found: Claim; readonly exhausted: boolean; readonly costMs: number }> {
    const { session, statements, settings, routes, window, flights, clock } = this.#parts;
    const startedMs = clock.monotonic();
    const room = window.room();
    const most = routes.mayLast() ? window.part : room;
    const limit = Math.min(request.limit, room.messages, most.messages);
    if (limit < 1) return { found: { claimed: [], moved: 0 }, exhausted: false, costMs: 0 };
    const bytesMax = Math.min(room.bytes, most.bytes);
    const asked = { ...request, limit, bytesMax, leaseMs: settings.leaseMs };
    const found = await session.use((on) => statements.claim(on, asked));
    const costMs = clock.monotonic() - startedMs;
    if (found.claimed.length > 0) crashPoint("relay:after-claim");
    if (found.moved > 0) this.#suspectsDueMs = 0;
    const bytes = found.claimed.reduce((sum, one) => sum + one.bytes, 0);
    const exhausted = found.claimed.length + found.moved < limit && bytes < bytesMax;
    const onVerdict = this.#cycle(found, !exhausted, startedMs);
    for (const one of found.claimed) this.#take(one, startedMs);
    for (const one of found.claimed) flights.send(one, { onVerdict });
    return { found, exhausted, costMs };
  }

  #take(claimed: Claimed, startedMs: number): void {
    this.#parts.flights.take(claimed, { untilMs: startedMs + this.#parts.settings.leaseMs });
  }

  /** Watches a batch to its last verdict, which tells how large the next one is. */
  #cycle({ claimed }: Claim, full: boolean, startedMs: number): (verdict: Verdict) => void {
    const { clock, settings } = this.#parts;
    let left = claimed.length;
    return (verdict) => {
      this.#noteDue(verdict);
      left -= 1;
      if (left > 0) return;
      this.#batch = afterCycle(this.#batch, { full, cycleMs: clock.monotonic() - startedMs }, settings.batch);
    };
  }

  /** How a message ended tells when it is due again. */
  #noteDue(verdict: Verdict): void {
    const waitMs = "waitMs" in verdict ? verdict.waitMs : 0;
    const atMs = this.#parts.clock.monotonic() + waitMs;
    if (waitMs <= 0 || (this.#dueAtMs !== null && this.#dueAtMs <= atMs)) return;
    this.#dueAtMs = atMs;
    this.#promoteDueMs = Math.min(this.#promoteDueMs, atMs);
    this.#parts.onDue();
  }
}
