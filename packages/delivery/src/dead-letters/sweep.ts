import type { Clock } from "@holdfast/core";
import { isDeliveryError } from "../errors.ts";
import { nowMs, numberOf } from "../sql.ts";
import { isPassing } from "../sql-failure.ts";
import type { Session } from "../store.ts";
import { type DeadLetterFilter, momentMs } from "./filter.ts";
import type { Place } from "./pages.ts";

/** Why a run over the letters ended. */
export type SweepEnd = "done" | "limit" | "aborted";

/** What a run over the letters does, batch by batch. */
export interface Sweep<L extends Place> {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly batch: number;
  readonly limit: number;
  /**
   * Takes up to `rows` letters after a place, in one transaction. Tells what it read before it writes, so that a letter that cannot be
   * written is known.
   */
  take(after: Place | null, rows: number, onRead: (letters: readonly L[]) => void): Promise<readonly L[]>;
  /** Waits until the next batch may begin. */
  due?(): Promise<void>;
  /** Told of each batch that is committed. */
  taken(letters: readonly L[]): void;
  /** Told of a letter that stays, and why. */
  skipped(letter: L, error: unknown): void;
}

const retries = { most: 5, firstMs: 20 };

/** Goes over the letters, oldest first. A batch that fails is tried again letter by letter, so that one of them holds up none. */
export async function sweep<L extends Place>(
  run: Sweep<L>,
): Promise<{ readonly count: number; readonly end: SweepEnd }> {
  const skipped = new Set<string>();
  let at: Progress = { after: null, count: 0, alone: 0, end: null };
  for (;;) {
    const before = at.count;
    while (at.end === null) at = await step(run, at, skipped);
    // What another operator held while this one went past it may be free again, if that one failed: once more, until nothing is left.
    if (at.end !== "done" || at.count === before) return { count: at.count, end: at.end };
    at = { ...at, after: null, alone: 0, end: null };
  }
}

interface Progress {
  readonly after: Place | null;
  readonly count: number;
  /** How many letters of a batch that failed are still to be tried alone. */
  readonly alone: number;
  readonly end: SweepEnd | null;
}

async function step<L extends Place>(run: Sweep<L>, at: Progress, skipped: Set<string>): Promise<Progress> {
  if (at.count >= run.limit) return { ...at, end: "limit" };
  if (!(await isDue(run))) return { ...at, end: "aborted" };
  const rows = at.alone > 0 ? 1 : Math.min(run.batch, run.limit - at.count);
  const taken = await takeOnce(run, at.after, rows);
  const last = taken.read.at(-1);
  if (last === undefined) return { ...at, end: "done" };
  if (taken.error === null) {
    run.taken(taken.letters);
    return { ...at, after: last, count: at.count + taken.letters.length, alone: Math.max(0, at.alone - 1) };
  }
  if (taken.read.length > 1) return { ...at, alone: taken.read.length };
  if (!skipped.has(last.id)) run.skipped(last, taken.error);
  skipped.add(last.id);
  return { ...at, after: last, alone: Math.max(0, at.alone - 1) };
}

interface Taken<L> {
  readonly letters: readonly L[];
  readonly read: readonly L[];
  readonly error: unknown;
}

/** One batch. What may pass by itself is tried again; what then still fails is the letters' own, a lost database is nobody's. */
async function takeOnce<L extends Place>(
  run: Sweep<L>,
  after: Place | null,
  rows: number,
): Promise<Taken<L>> {
  for (let attempt = 1; ; attempt++) {
    let read: readonly L[] = [];
    try {
      const letters = await run.take(after, rows, (all) => {
        read = all;
      });
      return { letters, read, error: null };
    } catch (error) {
      const verdict = verdictOn(error, attempt);
      if (verdict === "letters" && read.length > 0) return { letters: [], read, error };
      if (verdict !== "again") throw error;
    }
    await run.clock.sleep(retries.firstMs * 2 ** (attempt - 1), run.signal);
  }
}

/** Whether a failure is gone by the next attempt, is one of these very letters, or concerns the whole run. */
function verdictOn(error: unknown, attempt: number): "again" | "letters" | "run" {
  if (!isDeliveryError(error)) return "run";
  if (mayPass(error)) return attempt <= retries.most ? "again" : "letters";
  return isPassing(error) ? "run" : "letters";
}

/** A lost connection is not waited for: the session is gone, and the operator is there to begin again. */
function mayPass(error: unknown): boolean {
  return isDeliveryError(error) && (error.code === "STORE_CONFLICT" || error.code === "STORE_BUSY");
}

async function isDue<L extends Place>({ signal, due }: Sweep<L>): Promise<boolean> {
  try {
    if (signal?.aborted !== true) await due?.();
  } catch (failure) {
    if (signal?.aborted !== true) throw failure;
  }
  return signal?.aborted !== true;
}

/** The filter, held to what had died when the run began: what dies again while it goes on is left for the next one. */
export async function heldTo(session: Session, filter: DeadLetterFilter): Promise<DeadLetterFilter> {
  const { rows } = await session.query(`select ${nowMs[session.dialect]} as now_ms`);
  const startedMs = rows[0] === undefined ? 0 : numberOf(rows[0], "now_ms");
  const { since, until } = filter;
  return {
    ...filter,
    ...(since === undefined ? {} : { since: momentMs("since", since, startedMs) }),
    until: until === undefined ? startedMs : Math.min(startedMs, momentMs("until", until, startedMs)),
  };
}
