/** A file that the contract names: its path as the contract's folder sees it, and its text. */
export interface KeptText {
  readonly path: string;
  readonly text: string;
}

/** The team's own alerting rules and dashboards. */
export interface OperationsTexts {
  readonly rules: readonly KeptText[];
  readonly dashboards: readonly KeptText[];
}

/** The service's metrics at one moment of an instance's life, read at `service.metrics` past the proxies. */
export interface ScrapeRecord {
  readonly type: "scrape";
  readonly experiment: string;
  readonly instance: string;
  readonly atMs: number;
  /**
   * `ready` once it answers and before any call; `warm` after its healthy calls (all of a gate, the warm-up of others) and before
   * its first sample; `end` after its last sample and its lingering; `stage` as a stage of a load ends, when calls may still be
   * under way. A process that was killed and started again counts from zero; of samples that take several requests, those are
   * calls as well.
   */
  readonly moment: "ready" | "warm" | "end" | "stage";
  /** The stage of a load that had just ended. */
  readonly stage: string | null;
  /** Prometheus text exposition, redacted; `null` when it could not be read. */
  readonly text: string | null;
  /** Why it could not be read, redacted and short. */
  readonly error: string | null;
}
