import type { Clock } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import type { Store } from "../store.ts";
import type { SagaRow } from "./rows.ts";
import { extendLease } from "./statements.ts";

/** A saga's lease in a worker's hands. */
export interface Lease {
  /** Aborts when it is lost, or may be: before it ends without having been extended. */
  readonly lost: AbortSignal;
  /** Ends the extending. */
  end(): void;
}

/** Extends a lease three times in its length, until it is ended or lost. Spans are measured here; when it ends says the database. */
export function holdLease(
  { store, clock, leaseMs }: { readonly store: Store; readonly clock: Clock; readonly leaseMs: number },
  row: Pick<SagaRow, "id" | "lease">,
): Lease {
  const lost = new AbortController();
  const ended = new AbortController();
  const lose = (): void =>
    lost.abort(new DeliveryError("LEASE_LOST", `The saga ${row.id} is not this worker's any more.`));
  let extendedAtMs = clock.monotonic();

  const extend = async (): Promise<void> => {
    const askedAtMs = clock.monotonic();
    const kept = await store.transaction((tx) => extendLease(tx, store.tables, row, leaseMs));
    if (!kept) lose();
    else extendedAtMs = askedAtMs;
  };
  const extending = async (): Promise<void> => {
    while (!ended.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(leaseMs / 3, ended.signal);
      await extend().catch(() => {});
    }
  };
  const watching = async (): Promise<void> => {
    for (;;) {
      // A fifth of the lease is kept back for the way to the database and for pauses of this process.
      const leftMs = extendedAtMs + leaseMs * 0.8 - clock.monotonic();
      if (leftMs <= 0) return lose();
      await clock.sleep(leftMs, ended.signal);
    }
  };
  for (const running of [extending(), watching()]) running.catch(() => {});
  return { lost: lost.signal, end: () => ended.abort() };
}
