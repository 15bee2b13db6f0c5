import { type ModeSubject, selected } from "../alerts/mode-subject.ts";
import type { Matcher } from "../metrics/selector.ts";

/** Grafana's own choice of a window: wide enough for the scrapes and for what a pixel stands for. */
const window = "[$__rate_interval]";

/** Labels by which every instance of a service tells of the same table; one of them is believed. */
const toldTwice = "instance, pod, service_instance_id";

/** The sum of a counter's growth per second, by labels where some are named. */
export function rateOf(
  subject: ModeSubject,
  metric: string,
  by: readonly string[] = [],
  matchers: readonly Matcher[] = [],
): string {
  return `${sum(by)} (rate(${selected({ metric, matchers }, subject)}${window}))`;
}

/** A rate that is zero, and not absent, where nothing of its kind has happened yet; absent where the whole of it is. */
export function rateOrZero(
  subject: ModeSubject,
  metric: string,
  matchers: readonly Matcher[],
  whole: string,
): string {
  return `(${rateOf(subject, metric, [], matchers)} or 0 * ${rateOf(subject, whole)})`;
}

/** The sum of a level, by labels where some are named. */
export function levelOf(subject: ModeSubject, metric: string, by: readonly string[] = []): string {
  return `${sum(by)} (${selected({ metric, matchers: [] }, subject)})`;
}

/** A level that is the state of one table: every instance tells the same, so that a sum would count it several times. */
export function tableLevelOf(subject: ModeSubject, metric: string, by: readonly string[] = []): string {
  return `${sum(by)} (max without (${toldTwice}) (${selected({ metric, matchers: [] }, subject)}))`;
}

/** The largest value of a level, by labels where some are named. */
export function largestOf(
  subject: ModeSubject,
  metric: string,
  by: readonly string[] = [],
  matchers: readonly Matcher[] = [],
): string {
  return `max${byText(by)} (${selected({ metric, matchers }, subject)})`;
}

/** The duration that a share of the events stays below, as far as the edges of the buckets tell. */
export function quantileOf(subject: ModeSubject, metric: string, share: number): string {
  return `histogram_quantile(${share}, ${rateOf(subject, `${metric}_bucket`, ["le"])})`;
}

/** A part of a whole. Where nothing happened there is no share, and not one of NaN. */
export function shareOf(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

function sum(by: readonly string[]): string {
  return `sum${byText(by)}`;
}

function byText(by: readonly string[]): string {
  return by.length === 0 ? "" : ` by (${by.join(", ")})`;
}
