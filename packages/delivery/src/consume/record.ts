import { isDeliveryError } from "../errors.ts";
import { isPassing } from "../sql-failure.ts";
import type { Tx } from "../tx.ts";
import { type Consuming, type Job, named } from "./consuming.ts";

/**
 * Writes down what became of a message. One from the broker goes back there when that fails. A parked one stays with us as long as its
 * lease may be ours: an outage that is short is then no crash in its record. Resolves to whether it was written.
 */
export async function recordPersistently(
  consuming: Consuming,
  job: Job,
  write: (tx: Tx) => Promise<boolean>,
): Promise<boolean> {
  const { settings, store, clock, giveUp, outage } = consuming;
  const untilMs = clock.monotonic() + (job.held === null ? 0 : settings.leaseMs);
  for (let tries = 1; ; tries++) {
    try {
      const ours = await store.transaction(write, { lockTimeoutMs: settings.lockTimeoutMs });
      outage.recovered();
      return ours || leave(consuming, job);
    } catch (error) {
      if (codeOf(error) === "LEASE_LOST") return leave(consuming, job);
      const next = afterFailure(consuming, error, { tries, late: clock.monotonic() >= untilMs });
      if (!next.again) {
        job.release(next.waitMs);
        return false;
      }
      // At a stop the wait is cut short, and one more try is made.
      await clock.sleep(next.waitMs, giveUp).catch(() => {});
    }
  }
}

function afterFailure(
  { settings, random, giveUp, emit, outage }: Consuming,
  error: unknown,
  { tries, late }: { readonly tries: number; readonly late: boolean },
): { readonly again: boolean; readonly waitMs: number } {
  if (codeOf(error) === "STORE_CONFLICT" && tries <= conflictsMax)
    return { again: true, waitMs: random.between(0, 20 * 2 ** tries) };
  emit({ type: "consume.error", consumer: settings.name, doing: "record", error });
  return { again: isPassing(error) && !late && !giveUp.aborted, waitMs: outage.nextWaitMs() };
}

function codeOf(error: unknown): string | null {
  return isDeliveryError(error) ? error.code : null;
}

const conflictsMax = 5;

/** Another worker has taken over: what becomes of the message is up to it. */
function leave({ settings, emit }: Consuming, job: Job): false {
  emit({ type: "consume.lease-lost", ...named(settings.name, job.envelope) });
  job.done();
  return false;
}
