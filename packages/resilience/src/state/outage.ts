import type { Random } from "@holdfast/core";
import { type BreakerSettings, type Outcome, outcomeFailure, outcomeSuccess } from "./breaker-settings.ts";

/** What a breaker has to know from its first opening until it is closed again; a healthy one has none. */
export class Outage {
  readonly #settings: BreakerSettings;
  /** How many probes must succeed. */
  readonly #needed: number;
  /** How often it has opened in a row. */
  openings = 0;
  openedMs: number = Number.NEGATIVE_INFINITY;
  openForMs = 0;
  #hintUntilMs = Number.NEGATIVE_INFINITY;
  #leased = 0;
  #succeeded = 0;
  #failed = 0;

  constructor(settings: BreakerSettings) {
    const { probes, probeSuccess } = settings;
    this.#settings = settings;
    let needed = 1;
    while (needed / probes < probeSuccess) needed++;
    this.#needed = needed;
  }

  /** When the breaker may try again. */
  get openUntilMs(): number {
    return this.openedMs + this.openForMs;
  }

  /** Notes until when the provider asks to be left alone. */
  hint(untilMs: number): void {
    this.#hintUntilMs = Math.max(this.#hintUntilMs, untilMs);
  }

  /** Opens once more: for longer than the last time, and for as long as the provider asked, but never beyond the cap. */
  open(nowMs: number, random: Random): void {
    const hintedMs = Math.min(this.#settings.openCapMs, this.#hintUntilMs - nowMs);
    this.openings++;
    this.openedMs = nowMs;
    this.openForMs = Math.max(openTimeMs(this.#settings, this.openings, random), hintedMs);
  }

  /** Begins another state: what was asked for is over, and whoever held a lease holds none any more. */
  turn(): void {
    this.#hintUntilMs = Number.NEGATIVE_INFINITY;
    this.#leased = 0;
    this.#succeeded = 0;
    this.#failed = 0;
  }

  /** Whether another probe may start: never are more under way than could still count. */
  get hasPlace(): boolean {
    return this.#leased + this.#succeeded + this.#failed < this.#settings.probes;
  }

  lease(): void {
    this.#leased++;
  }

  /** Returns a lease; what the probe has found counts, if it has found something. */
  giveBack(outcome: Outcome): void {
    this.#leased--;
    if (outcome === outcomeSuccess) this.#succeeded++;
    if (outcome === outcomeFailure) this.#failed++;
  }

  /** Enough probes have succeeded. */
  get isOver(): boolean {
    return this.#succeeded >= this.#needed;
  }

  /** Not enough can succeed any more. */
  get goesOn(): boolean {
    return this.#settings.probes - this.#failed < this.#needed;
  }
}

/** How long a breaker stays open at its `openings`-th opening in a row, from 1, hints aside. */
export function openTimeMs(settings: BreakerSettings, openings: number, random: Random): number {
  const { openBaseMs, openFactor, openCapMs, openJitter } = settings;
  // A power beyond all numbers times a base of 0 would be no number.
  const growth = Math.min(openFactor ** (openings - 1), Number.MAX_VALUE);
  const nominalMs = Math.min(openCapMs, openBaseMs * growth);
  return Math.min(openCapMs, nominalMs * random.between(1 - openJitter, 1 + openJitter));
}
