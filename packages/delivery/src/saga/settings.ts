import { DeliveryError } from "../errors.ts";
import { leaseMsMax } from "./statements.ts";

/** Settings of the workers of sagas. */
export interface SagaWorkerOptions {
  /** Sagas under way at a time in this process. Default: 16. */
  readonly concurrency?: number;
  /** For how long a saga is its worker's; it is extended while the worker lives. At most 600,000. Default: 30,000. */
  readonly leaseMs?: number;
  /** The longest pause between two looks for sagas that are due. Default: 1,000. */
  readonly pollMsMax?: number;
  /** How often what is stuck is tried again. Default: 900,000. */
  readonly slowRetryMs?: number;
  /** How long calls under way may go on when the worker is told to end, before their signal aborts. Default: 5,000. */
  readonly drainMs?: number;
}

/** The settings with nothing left out; throws CONFIGURATION for what cannot be. */
export function workerSettings(options: SagaWorkerOptions): Required<SagaWorkerOptions> {
  const {
    concurrency = 16,
    leaseMs = 30_000,
    pollMsMax = 1_000,
    slowRetryMs = 900_000,
    drainMs = 5_000,
  } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new DeliveryError(
      "CONFIGURATION",
      `concurrency is ${concurrency}; it takes a whole number from 1.`,
    );
  for (const [name, value] of Object.entries({ leaseMs, pollMsMax, slowRetryMs }))
    if (!(value > 0 && Number.isFinite(value)))
      throw new DeliveryError("CONFIGURATION", `${name} is ${value}; it takes milliseconds above 0.`);
  if (leaseMs > leaseMsMax)
    throw new DeliveryError("CONFIGURATION", `leaseMs is ${leaseMs}; it takes ${leaseMsMax} at most.`);
  if (!(drainMs >= 0))
    throw new DeliveryError("CONFIGURATION", `drainMs is ${drainMs}; it takes milliseconds from 0.`);
  return { concurrency, leaseMs, pollMsMax, slowRetryMs, drainMs };
}
