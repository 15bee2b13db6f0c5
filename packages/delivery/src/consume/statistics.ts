import type { ConsumeEvent } from "./events.ts";

/** What a consumer has done in this process since it was made. */
export interface ConsumerStatistics {
  readonly handled: number;
  readonly duplicates: number;
  readonly failed: number;
  readonly deadLettered: number;
  readonly released: number;
  /** Messages that had to wait for the one before them. */
  readonly waited: number;
  readonly leasesLost: number;
  readonly errors: number;
  /** Attempts under way now. */
  readonly underWay: number;
}

type Counted = Exclude<keyof ConsumerStatistics, "underWay">;

const counterOf: Readonly<Partial<Record<ConsumeEvent["type"], Counted>>> = {
  "consume.handled": "handled",
  "consume.duplicate": "duplicates",
  "consume.failed": "failed",
  "consume.dead-lettered": "deadLettered",
  "consume.released": "released",
  "consume.waiting": "waited",
  "consume.lease-lost": "leasesLost",
  "consume.error": "errors",
};

/** Counts events. */
export interface ConsumeCounters {
  count(event: ConsumeEvent): void;
  read(underWay: number): ConsumerStatistics;
}

/** Counters that start at nothing. */
export function consumeCounters(): ConsumeCounters {
  const counts: Record<Counted, number> = {
    handled: 0,
    duplicates: 0,
    failed: 0,
    deadLettered: 0,
    released: 0,
    waited: 0,
    leasesLost: 0,
    errors: 0,
  };
  return {
    count({ type }) {
      const counter = counterOf[type];
      if (counter !== undefined) counts[counter] += 1;
    },
    read: (underWay) => ({ ...counts, underWay }),
  };
}
