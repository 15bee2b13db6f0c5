import type { Clock } from "./clock.ts";
import { CodedError } from "./errors.ts";
import { turn } from "./system-turn.ts";

/** A clock for tests: time stands still until `run` or `advance` moves it. */
export interface VirtualClock extends Clock {
  /**
   * Runs `work` in virtual time: whenever all is asleep, time jumps to the next sleeper. Work that neither sleeps nor
   * finishes throws `CLOCK_STUCK` in place of hanging. Not for work that waits for sockets or files.
   */
  run<T>(work: () => Promise<T> | T): Promise<T>;
  /** Moves time on by `ms`, waking every sleeper on the way at its own time. */
  advance(ms: number): Promise<void>;
  /** How many sleepers there are. */
  sleeping(): number;
}

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** How many idle turns of the event loop prove that nothing is going to happen. */
const idleTurnsMax = 20;
/** How many turns of the event loop what is busy may take before it counts as hanging. */
const busyTurnsMax = 100_000;

/** Settings of a virtual clock. */
export interface VirtualClockOptions {
  /** The wall's time at the start, in milliseconds since 1970 UTC. Default: that of 2026-01-01T00:00:00Z. */
  readonly wallMs?: number;
  /**
   * Whether work is under way that takes turns of the event loop without sleeping, as a store may that shares the loop with others: time
   * stands still meanwhile. Default: none ever is.
   */
  readonly busy?: () => boolean;
}

/** A virtual clock that starts at 0. */
export function virtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { wallMs = 1_767_225_600_000, busy = () => false } = options;
  const sleepers = new Set<Sleeper>();
  let nowMs = 0;

  const next = (untilMs: number): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.dueMs <= untilMs && (first === undefined || sleeper.dueMs < first.dueMs)) first = sleeper;
    }
    return first;
  };
  const stuck = (message: string): CodedError =>
    new CodedError("CLOCK_STUCK", message, {
      remedy: "Look for a promise that nobody settles, or for work that waits for the real world.",
      details: { nowMs, sleeping: sleepers.size },
    });
  const settle = async (): Promise<void> => {
    let turns = 0;
    do {
      if (++turns > busyTurnsMax)
        throw stuck("What is under way never ends, and time stands still meanwhile.");
      await turn();
    } while (busy());
  };
  const wake = (sleeper: Sleeper): void => {
    nowMs = Math.max(nowMs, sleeper.dueMs);
    sleeper.wake();
  };

  return {
    monotonic: () => nowMs,
    wall: () => wallMs + nowMs,
    sleep: (waitMs, signal) => enter(sleepers, nowMs, waitMs, signal),
    sleeping: () => sleepers.size,
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let due = next(untilMs); due !== undefined; due = next(untilMs)) {
        wake(due);
        await settle();
      }
      nowMs = untilMs;
    },
    async run(work) {
      let finished = false;
      const result = (async () => work())().finally(() => {
        finished = true;
      });
      result.catch(() => {}); // Reported by the return below; a rejection during the loop is not unhandled.
      for (let idleTurns = 0; idleTurns < idleTurnsMax; idleTurns++) {
        await settle();
        if (finished) return result;
        const due = next(Number.MAX_VALUE);
        if (due === undefined) continue;
        wake(due);
        idleTurns = -1;
      }
      throw stuck("Nothing sleeps and nothing finishes in virtual time.");
    },
  };
}

function enter(
  sleepers: Set<Sleeper>,
  nowMs: number,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  if (!(waitMs > 0)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const sleeper: Sleeper = {
      dueMs: nowMs + waitMs,
      wake() {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
        resolve();
      },
    };
    const abort = (): void => {
      sleepers.delete(sleeper);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    sleepers.add(sleeper);
  });
}
