import { DeliveryError } from "../errors.ts";
import type { Consuming } from "./consuming.ts";
import { leaseLost } from "./give-up.ts";
import { extend, type Held } from "./leases.ts";
import { limited } from "./time-limit.ts";

/** Keeps the leases of parked messages that are being worked on. */
export interface Keeper {
  /** Keeps a lease that was taken at `takenMs` of the clock, until `end`. The signal aborts when it is lost or can no longer be kept, and when work is given up. */
  keep(held: Held, takenMs: number): { readonly signal: AbortSignal; end(): void };
  /** Prolongs what is kept until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

interface Kept {
  readonly held: Held;
  readonly controller: AbortController;
  /** Until when the lease is ours for certain, by our own clock. */
  untilMs: number;
}

/** Leases are prolonged after a third of their length, and given up when less than a third is left. */
export function keeperOf(consuming: Consuming): Keeper {
  const { settings, store, clock, emit } = consuming;
  const { leaseMs, name } = settings;
  const all = new Set<Kept>();

  const prolong = async (kept: Kept): Promise<void> => {
    const askedMs = clock.monotonic();
    const limit = { clock, limitMs: leaseMs / 3, signal: kept.controller.signal, tooLate };
    try {
      // Each in its own transaction: one that held several rows could meet a handler's transaction crosswise.
      const ours = await limited(limit, () =>
        store.transaction((tx) => extend(tx, store.tables, kept.held, leaseMs), {
          lockTimeoutMs: leaseMs / 3,
        }),
      );
      if (ours) kept.untilMs = askedMs + leaseMs;
      else if (all.has(kept)) kept.controller.abort(leaseLost());
    } catch (error) {
      if (all.has(kept)) emit({ type: "consume.error", consumer: name, doing: "extend", error });
    }
  };
  const prolongAll = async (): Promise<void> => {
    for (const kept of [...all]) if (all.has(kept) && !kept.controller.signal.aborted) await prolong(kept);
    for (const kept of all)
      if (kept.untilMs - clock.monotonic() <= leaseMs / 3) kept.controller.abort(leaseLost());
  };
  return {
    keep(held, takenMs) {
      const kept: Kept = { held, controller: new AbortController(), untilMs: takenMs + leaseMs };
      const passOn = (): void => kept.controller.abort(consuming.giveUp.reason);
      if (consuming.giveUp.aborted) passOn();
      consuming.giveUp.addEventListener("abort", passOn, { once: true });
      all.add(kept);
      return {
        signal: kept.controller.signal,
        end() {
          all.delete(kept);
          consuming.giveUp.removeEventListener("abort", passOn);
        },
      };
    },
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(leaseMs / 3, signal).catch(() => {});
        if (!signal.aborted) await prolongAll();
      }
    },
  };
}

function tooLate(): DeliveryError {
  return new DeliveryError("STORE_UNREACHABLE", "The lease could not be prolonged in time.");
}
