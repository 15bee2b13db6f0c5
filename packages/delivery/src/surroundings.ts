import type { Clock, Random } from "@holdfast/core";
import type { Emit } from "./events.ts";
import type { Tracing } from "./tracing.ts";

/** What every part of delivery is given: time, chance, and where to report. */
export interface Surroundings {
  /** For waits and spans within the process. Leases and due times go by the database's clock alone. */
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  /** Default: no spans are made. */
  readonly tracing?: Tracing;
}
