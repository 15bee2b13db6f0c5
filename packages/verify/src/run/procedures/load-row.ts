import type { Clock } from "@holdfast/core";
import type { LoadDrive } from "../drive-load-call.ts";
import type { LoadedCall } from "./load-stage.ts";

/** At most how late calls may begin before they are left out. */
const lateMaxMs = 500;

/** What a row is made of. */
export interface LoadRowOptions {
  readonly clock: Clock;
  /** Begins a call; a text says why none may be made. `byTrace`: requests are not known to carry the ids of their calls. */
  readonly begin: (byTrace: boolean) => LoadDrive | string;
  /** No call begins beyond so many under way, and none beyond so many in all. */
  readonly inFlightMax: number;
  readonly callsMax: number;
}

/** Calls that begin at a fixed rate, whatever becomes of the earlier ones. */
export class LoadRow {
  readonly #options: LoadRowOptions;
  readonly #calls: { readonly seen: LoadedCall; readonly drive: LoadDrive }[] = [];
  #nextMs: number;
  /** Whether requests are known to carry the ids of their calls. */
  #isMentioned = false;
  withheld = 0;
  stoppedBecause: string | null = null;

  constructor(options: LoadRowOptions) {
    this.#options = options;
    this.#nextMs = options.clock.monotonic();
  }

  get seen(): LoadedCall[] {
    return this.#calls.map((one) => one.seen);
  }

  get last(): LoadDrive | undefined {
    return this.#calls.at(-1)?.drive;
  }

  get underWay(): number {
    return this.#calls.filter(({ seen }) => seen.endedMs === null).length;
  }

  /** When the next call is due. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Begins the calls that are due; what is due for long is left out, so that a pause of this machine makes no burst. */
  startDue(ratePerSecond: number): void {
    const { clock, callsMax, inFlightMax } = this.#options;
    const nowMs = clock.monotonic();
    this.#nextMs = Math.max(this.#nextMs, nowMs - lateMaxMs);
    for (; this.#nextMs <= nowMs && this.stoppedBecause === null; this.#nextMs += 1000 / ratePerSecond) {
      if (this.#calls.length >= callsMax) return;
      if (this.underWay >= inFlightMax) this.withheld++;
      else this.#start();
    }
  }

  /** What was due until now is not made up for. */
  rest(): void {
    this.#nextMs = this.#options.clock.monotonic();
  }

  /** Records the calls that are still under way as what they are. */
  recordOpen(): void {
    for (const { drive } of this.#calls) drive.giveUp();
  }

  #start(): void {
    const { clock, begin } = this.#options;
    const seen: LoadedCall = { startedMs: clock.monotonic(), endedMs: null, succeeded: false };
    this.#isMentioned ||= this.#calls.some(({ drive }) => drive.isMentioned());
    const started = begin(!this.#isMentioned);
    if (typeof started === "string") {
      this.stoppedBecause = started;
      return;
    }
    this.#calls.push({ seen, drive: started });
    void started.ended.then((outcome) => {
      seen.endedMs = clock.monotonic();
      seen.succeeded = outcome === "succeeded";
    });
  }
}
