import { invariant, type Random } from "@holdfast/core";
import {
  type BreakerSettings,
  type BreakerState,
  type Outcome,
  outcomeFailure,
  outcomeNeutral,
} from "./breaker-settings.ts";
import { type BreakerSnapshot, readSnapshot } from "./breaker-snapshot.ts";
import { isBad } from "./evidence.ts";
import { type Flight, FlightList, noGeneration } from "./flight.ts";
import { Outage } from "./outage.ts";
import { CountWindow, TimeWindow, type Window } from "./window.ts";

/** Told of every change of state, in order, after it has happened. */
export type OnTransition = (from: BreakerState, to: BreakerState, nowMs: number) => void;

/**
 * A circuit breaker. It has no timer: whatever is due by now happens whenever it is looked at. Every change of state begins a new
 * generation, and the result of an attempt that an older one let pass is not heard.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #random: Random;
  readonly #onTransition: OnTransition | null;
  readonly #onListenerError: ((error: unknown) => void) | null;
  readonly #window: Window;
  /** Closed: what is in flight and not yet slow. Half-open: the probes that hold a lease. */
  readonly #flights: FlightList = new FlightList();
  #state: BreakerState;
  #generation = 0;
  #latestMs = Number.NEGATIVE_INFINITY;
  /** In flight and slow already. */
  #overdue = 0;
  #failuresInARow = 0;
  /**
   * Nothing bad is known: no failure and no slow call in the window, so that there is nothing to judge. Failures in a row are judged
   * when they happen and are made no worse by time.
   */
  #clean = true;
  #outage: Outage | null = null;

  /** `onListenerError` hears what `onTransition` throws; the breaker goes on in any case. */
  constructor(
    settings: BreakerSettings,
    random: Random,
    onTransition: OnTransition | null = null,
    onListenerError: ((error: unknown) => void) | null = null,
  ) {
    const { mode, windowCalls, windowMs, openCapMs } = settings;
    invariant(openCapMs < Number.POSITIVE_INFINITY, "Breaker: no opening is for ever");
    this.#settings = settings;
    this.#random = random;
    this.#onTransition = onTransition;
    this.#onListenerError = onListenerError;
    this.#window = windowCalls > 0 ? new CountWindow(windowCalls) : new TimeWindow(windowMs);
    this.#state = mode === "off" ? "disabled" : "closed";
  }

  /** Whether an attempt may go to the provider. If so, it is in flight until it is settled. */
  admit(flight: Flight, nowMs: number): boolean {
    const passes = this.peek(nowMs);
    const isProbe = this.#hasPlaceForProbe();
    const isHeard = isProbe || this.#state === "closed";
    flight.startedMs = this.#latestMs;
    flight.slow = false;
    flight.probe = isProbe;
    flight.generation = isHeard ? this.#generation : noGeneration;
    if (isHeard) this.#flights.add(flight);
    if (isProbe) this.#knownOutage().lease();
    return passes;
  }

  /**
   * Ends an attempt that was let pass. `hintMs` is how long a provider that failed wants to be left alone: an opening that this
   * generation comes to lasts at least as long, up to the cap.
   */
  settle(flight: Flight, nowMs: number, outcome: Outcome, hintMs = 0): void {
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    if (this.#state === "half-open") this.#expireLeases();
    const isHeard = flight.generation === this.#generation;
    flight.generation = noGeneration;
    if (!isHeard) return;
    if (outcome === outcomeFailure && hintMs > 0) this.#knownOutage().hint(this.#latestMs + hintMs);
    if (this.#state === "closed") this.#settleCall(flight, outcome);
    else this.#settleProbe(flight, outcome);
  }

  /** Whether an attempt would be let pass, without letting one. */
  peek(nowMs: number): boolean {
    this.#catchUp(nowMs);
    if (this.#settings.mode === "shadow") return true;
    return this.#state === "closed" || this.#state === "disabled" || this.#hasPlaceForProbe();
  }

  /** What it is doing by now; what it would be doing, in the mode `shadow`. */
  state(nowMs: number): BreakerState {
    this.#catchUp(nowMs);
    return this.#state;
  }

  /** In how many ms it would let an attempt pass if nothing else happens; Infinity if that is up to somebody. */
  retryAfterMs(nowMs: number): number {
    if (this.peek(nowMs)) return 0;
    if (this.#state === "forced-open") return Number.POSITIVE_INFINITY;
    if (this.#state === "open") return this.#knownOutage().openUntilMs - this.#latestMs;
    // Without a place for a probe somebody holds a lease: had all come back, the round would be decided.
    return (this.#flights.first as Flight).startedMs + this.#settings.probeWaitMs - this.#latestMs;
  }

  /**
   * Decides by hand: `open` rejects and `disabled` lets pass until further notice, `closed` starts afresh, and `null` takes back
   * what was decided by hand, by starting afresh. A breaker that is off stays off.
   */
  force(to: "open" | "closed" | "disabled" | null, nowMs: number): void {
    this.#catchUp(nowMs);
    const isByHand = this.#state === "forced-open" || this.#state === "disabled";
    if (this.#settings.mode === "off" || (to === null && !isByHand)) return;
    this.#become(to === "open" ? "forced-open" : (to ?? "closed"));
  }

  /** The state as plain data. What was counted stays behind. */
  snapshot(wallNowMs: number, nowMs: number): BreakerSnapshot {
    this.#catchUp(nowMs);
    const outage = this.#outage;
    return {
      kind: "holdfast/breaker",
      version: 1,
      // Being off is a setting: a breaker that is on must not inherit it.
      state: this.#settings.mode === "off" ? "closed" : this.#state,
      openings: outage === null ? 0 : outage.openings,
      open:
        outage === null || this.#state !== "open"
          ? null
          : { sinceWallMs: wallNowMs - (this.#latestMs - outage.openedMs), forMs: outage.openForMs },
    };
  }

  /**
   * Takes up a snapshot: an opening ends when it would have ended, by the wall clock, whatever happened to the process in between.
   * Throws `BREAKER_SNAPSHOT_REFUSED` for anything else. A breaker that is off stays off.
   */
  restore(snapshot: unknown, wallNowMs: number, nowMs: number): void {
    const { state, openings, open } = readSnapshot(snapshot);
    this.#catchUp(nowMs);
    if (this.#settings.mode === "off") return;
    const outage = this.#knownOutage();
    outage.openings = openings;
    if (open !== null) {
      outage.openForMs = Math.min(open.forMs, this.#settings.openCapMs);
      // A wall clock that was set back must not make an opening longer than it was to be.
      outage.openedMs = this.#latestMs - Math.max(0, wallNowMs - open.sinceWallMs);
    }
    this.#become(state);
  }

  #catchUp(nowMs: number): void {
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    if (this.#state === "closed") this.#judge();
    if (this.#state === "open" && this.#latestMs >= this.#knownOutage().openUntilMs)
      this.#become("half-open");
    if (this.#state === "half-open") this.#expireLeases();
  }

  #settleCall(flight: Flight, outcome: Outcome): void {
    if (flight.slow) this.#overdue--;
    else this.#flights.remove(flight);
    if (outcome !== outcomeNeutral) {
      const failed = outcome === outcomeFailure;
      const slow = this.#isSlow(flight);
      this.#window.record(this.#latestMs, failed, slow);
      if (failed || slow) this.#clean = false;
      this.#failuresInARow = failed ? this.#failuresInARow + 1 : 0;
    }
    this.#judge();
  }

  #settleProbe(flight: Flight, outcome: Outcome): void {
    this.#flights.remove(flight);
    const outage = this.#knownOutage();
    outage.giveBack(outcome);
    if (outage.isOver) this.#become("closed");
    else if (outage.goesOn) this.#open();
  }

  /** Opens if it has come to that. Each flight becomes overdue once, so this costs the same however many are in flight. */
  #judge(): void {
    let flight = this.#flights.first;
    while (flight !== null && this.#isSlow(flight)) {
      this.#flights.remove(flight);
      flight.slow = true;
      this.#overdue++;
      flight = this.#flights.first;
    }
    if (this.#clean && this.#overdue === 0) return;
    this.#window.move(this.#latestMs);
    this.#clean = this.#window.failures === 0 && this.#window.slow === 0;
    if (isBad(this.#settings, this.#window, this.#overdue, this.#failuresInARow)) this.#open();
  }

  /** A probe that does not come back gives its place to another, and is not heard any more. */
  #expireLeases(): void {
    let probe = this.#flights.first;
    while (probe !== null && this.#latestMs >= probe.startedMs + this.#settings.probeWaitMs) {
      this.#flights.remove(probe);
      probe.generation = noGeneration;
      this.#knownOutage().giveBack(outcomeNeutral);
      probe = this.#flights.first;
    }
  }

  #hasPlaceForProbe(): boolean {
    return this.#state === "half-open" && this.#knownOutage().hasPlace;
  }

  #isSlow(flight: Flight): boolean {
    return this.#latestMs - flight.startedMs > this.#settings.slowOverMs;
  }

  #open(): void {
    this.#knownOutage().open(this.#latestMs, this.#random);
    this.#become("open");
  }

  #knownOutage(): Outage {
    this.#outage ??= new Outage(this.#settings);
    return this.#outage;
  }

  #become(to: BreakerState): void {
    const from = this.#state;
    this.#state = to;
    this.#generation++;
    this.#flights.clear();
    this.#window.reset(this.#latestMs);
    this.#overdue = 0;
    this.#failuresInARow = 0;
    if (to === "closed") this.#outage = null;
    else this.#outage?.turn();
    if (from !== to) this.#tell(from, to);
  }

  #tell(from: BreakerState, to: BreakerState): void {
    try {
      this.#onTransition?.(from, to, this.#latestMs);
    } catch (error) {
      this.#onListenerError?.(error);
    }
  }
}
