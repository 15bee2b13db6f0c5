import type { Matcher } from "../metrics/selector.ts";
import type { Texts } from "../rules/rule.ts";

/** A file of rules: its path as its owner sees it, and its text. */
export interface RuleText {
  readonly path: string;
  readonly text: string;
}

/** A rule as its file has it. */
export interface ReadRule {
  readonly file: string;
  readonly group: string;
  /** How often its group is evaluated; `null` where the file leaves it to Prometheus. */
  readonly intervalMs: number | null;
  readonly kind: "alert" | "record";
  readonly name: string;
  readonly expr: string;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** The rule as it was parsed: it is written out again unchanged. */
  readonly source: unknown;
}

/** Something that keeps rules from being proved. */
export interface RuleProblem {
  readonly code: "RULES_UNREADABLE" | "RULES_INVALID";
  readonly file: string;
  /** The rule that it is about; `null` where it is the file. */
  readonly rule: string | null;
  readonly says: string;
  readonly remedy: string;
  /** Its file is as `holdfast generate` wrote it, so that the defect is Holdfast's. */
  readonly asGenerated?: true;
}

/** A reading of series in an expression: the metric with its conditions. */
export interface SeriesReading {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** An alert with everything that it rests on. */
export interface ReadAlert extends ReadRule {
  /** What it reads in the end, recorded series resolved to what they are recorded from. */
  readonly reads: readonly SeriesReading[];
  /** The recording rules that it needs, by file, group and name. */
  readonly needs: readonly ReadRule[];
  /** How far back it looks, along the chain of what it needs, and over how little at least; 0 where it looks at the present only. */
  readonly longestMs: number;
  readonly shortestMs: number;
}

/** What becomes of one series while calls are made. */
export interface SeriesMark {
  readonly name: string;
  readonly labels: Texts;
  readonly kind: "counter" | "gauge";
  /** By how much a counter grows with each call; 0 for a gauge. */
  readonly perCall: number;
  /** What a gauge came to; 0 for a counter. */
  readonly level: number;
}

/** What calls of one kind leave behind in the metrics of a service. */
export interface Footprint {
  readonly calls: number;
  /** By `seriesKey`. */
  readonly series: ReadonlyMap<string, SeriesMark>;
}

/** A time during which things go on evenly. */
export interface Phase {
  readonly steps: number;
  readonly under: "healthy" | "fault";
}

/** One time at which an alert was found to fire, with what it would have told. */
export interface FiringMoment {
  readonly alert: string;
  readonly atMs: number;
  readonly labels: Texts;
  readonly annotations: Texts;
}

/** An alert that fired, from when until when. */
export interface Firing {
  readonly alert: string;
  readonly file: string;
  readonly labels: Texts;
  readonly annotations: Texts;
  /** After the fault began; below zero where it fired before that, which a proof leaves out. */
  readonly firedAtMs: number;
  /** After the fault ended; `null` where it was still firing when the watch ended. */
  readonly resolvedAtMs: number | null;
  /** How long it was watched after the fault had ended. */
  readonly watchedMs: number;
}
