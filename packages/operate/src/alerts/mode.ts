import type { Matcher } from "../metrics/selector.ts";
import type { MetricSource } from "../metrics/subject.ts";
import type { Urgency } from "../slo/burn-pairs.ts";

/** A metric as a mode reads it, beside what picks out whose it is. */
export interface Reading {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** What every failure mode declares. */
interface Told {
  /** The alert's name, which its runbook carries as its title. */
  readonly name: string;
  /** What it notices, in one sentence. */
  readonly says: string;
  /** What to do first, in one sentence. */
  readonly remedy: string;
  readonly urgency: Urgency;
  /** The part of a policy without which it cannot come about. */
  readonly needs?: "breaker" | "budget";
  /** Whose it is: that of an integration, or of the service as a whole. */
  readonly of: "integration" | "service";
}

/** Too large a part of what happens, over a window and still over its last third. */
export interface ShareMode extends Told {
  readonly kind: "share";
  /** Counters by the source of metrics that has them. */
  readonly reads: Partial<Record<MetricSource, { readonly part: Reading; readonly whole: Reading }>>;
  readonly windowMs: number;
  /** Fires above this share … */
  readonly share: number;
  /** … of which there were so many at least. */
  readonly partMin: number;
}

/** A level that stays too high. */
export interface LevelMode extends Told {
  readonly kind: "level";
  readonly reads: Partial<Record<MetricSource, Reading>>;
  readonly above: number;
  readonly forMs: number;
  /** Counts as high as it was at most in this time: what comes and goes is told as one. */
  readonly heldMs: number | null;
}

/** A level that grows. */
export interface GrowthMode extends Told {
  readonly kind: "growth";
  readonly reads: Partial<Record<MetricSource, Reading>>;
  readonly windowMs: number;
  /** Fires when it has grown by so much at least. */
  readonly byMin: number;
}

/** One way in which an integration fails, and how its metrics show it. */
export type Mode = ShareMode | LevelMode | GrowthMode;
