import { DeliveryError } from "../errors.ts";
import { isPassing } from "../sql-failure.ts";
import { type Job, report, reportError } from "./job.ts";
import type { IdempotencyRecords, RecordDraft } from "./record.ts";

/** A key that this run has claimed, and what it writes under it. */
export interface Held {
  /** The record as it stands. */
  draft(): RecordDraft;
  /** Whether another one has taken the key over. */
  lost(): boolean;
  /** Aborts when the lease was lost, or could not be renewed for its whole length. */
  readonly signal: AbortSignal;
  /** Writes over the record, unless it is lost; resolves to whether it was still held. One write at a time. */
  write(change: (held: RecordDraft) => RecordDraft | null): Promise<boolean>;
  /** The same by a write of the caller's own, which resolves to null where the record is held no more. */
  writeBy(own: (held: RecordDraft) => Promise<RecordDraft | null>): Promise<boolean>;
  /** Says that the lease could not be renewed in time: others may have it. */
  doubt(): void;
}

/** How often a write whose answer was lost is tried, and what lies between. */
const waitsMs = [50, 200, 500];

/** Takes charge of a claimed key. */
export function hold(job: Job, claimed: RecordDraft): Held {
  const { records } = job.store;
  const controller = new AbortController();
  let draft = claimed;
  let lost = false;
  let last: Promise<unknown> = Promise.resolve();
  const lose = (): void => {
    lost = true;
    report(job, { type: "idempotency.lease-lost" });
    controller.abort(leaseLost());
  };
  const inTurn = (work: () => Promise<boolean>): Promise<boolean> => {
    const mine = last.then(() => (lost ? false : work()));
    last = mine.catch(() => {});
    return mine;
  };
  const writeBy: Held["writeBy"] = (own) =>
    inTurn(async () => {
      const written = await own(draft);
      if (written === null) lose();
      else draft = written;
      return written !== null;
    });
  return {
    draft: () => draft,
    lost: () => lost,
    signal: controller.signal,
    writeBy,
    write: (change) =>
      writeBy(async (held) => {
        const next = change(held);
        return (await surely(job, records, next)) ? (next ?? held) : null;
      }),
    doubt: () => controller.abort(leaseLost()),
  };
}

/** What a run is told whose key belongs to another one. */
export function leaseLost(): DeliveryError {
  return new DeliveryError("LEASE_LOST", "Another run of this request has taken over.");
}

/** Writes as the holder. A write that may have been made is made again: it says the same. */
async function surely(job: Job, records: IdempotencyRecords, draft: RecordDraft | null): Promise<boolean> {
  const { token } = job.arrival;
  for (const waitMs of [...waitsMs, null]) {
    try {
      return await records.replace(job.entry, { kind: "held", token }, draft);
    } catch (error) {
      if (waitMs === null || !(isPassing(error) || isUnknown(error))) throw error;
      reportError(job, "writing a record, which is tried again", error);
      await job.world.surroundings.clock.sleep(waitMs);
    }
  }
  return false;
}

function isUnknown(error: unknown): boolean {
  return error instanceof DeliveryError && error.code === "TX_COMMIT_UNKNOWN";
}

/** Renews the lease until the signal aborts, three times within its length. */
export async function keepAlive(job: Job, held: Held, signal: AbortSignal): Promise<void> {
  const { clock } = job.world.surroundings;
  const { leaseMs } = job.settings;
  let renewedMs = clock.monotonic();
  while (!signal.aborted && !held.lost()) {
    try {
      await clock.sleep(leaseMs / 3, signal);
    } catch {
      return;
    }
    const sentMs = clock.monotonic();
    try {
      await held.write((draft) => draft);
      renewedMs = sentMs;
    } catch (error) {
      reportError(job, "renewing a lease", error);
      if (clock.monotonic() - renewedMs >= leaseMs) held.doubt();
    }
  }
}
