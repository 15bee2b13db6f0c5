import type { Texts } from "../rules/rule.ts";

/** A series of numbers, as promtool reads it. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** What is expected of one alert at one time. */
export interface Expectation {
  readonly atMs: number;
  readonly alert: string;
  /** The labels and annotations of every instance that fires; none: the alert is silent. */
  readonly fires: readonly { readonly labels: Texts; readonly annotations: Texts }[];
}

/** One story about an alert: what is measured, and when it fires or does not. */
export interface Proof {
  /** Finishes "the alert …": `fires when …`. */
  readonly name: string;
  /** Between two samples, and between two evaluations. */
  readonly stepMs: number;
  readonly series: readonly InputSeries[];
  readonly expect: readonly Expectation[];
}
