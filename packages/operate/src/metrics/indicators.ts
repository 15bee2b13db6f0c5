import type { Feed, Indicator } from "../slo/objective.ts";
import { httpClient, resilience } from "./catalogue.ts";
import { equal, type Matcher, sampleLabels, selector, series } from "./selector.ts";
import type { Subject } from "./subject.ts";

/** Ends that say nothing about a provider: the caller gave up, or the process ended. */
const nobodysFault = "ABORTED|DISPOSED";

/**
 * The share of calls that did not succeed. Of our own metrics a call that a fallback answered counts as bad: the integration did not do
 * what it was called for. Standard metrics count attempts, since a client of HTTP knows nothing of calls.
 */
export function availabilityIndicator({ matchers, source }: Subject): Indicator {
  if (source === "otel") {
    const count = `${httpClient.duration}_count`;
    const failed: Matcher = { label: httpClient.label.errorType, is: "!=", value: "" };
    return ratioIndicator({
      all: selector(count, matchers),
      bad: selector(count, [...matchers, failed]),
      what: "requests",
      feed: feedOf(count, matchers, {}, { [httpClient.label.errorType]: "500" }),
    });
  }
  const { outcome, errorType } = resilience.label;
  const counted: Matcher = { label: outcome, is: "!~", value: nobodysFault };
  const failed: Matcher = { label: outcome, is: "!~", value: `success|${nobodysFault}` };
  return ratioIndicator({
    all: selector(resilience.calls, [...matchers, counted]),
    bad: selector(resilience.calls, [...matchers, failed]),
    what: "calls",
    feed: feedOf(
      resilience.calls,
      matchers,
      { [outcome]: "success" },
      { [outcome]: "FAILED", [errorType]: "FAILED" },
    ),
  });
}

/** The share of calls (attempts, of standard metrics) that took longer than an edge of the histogram, failed ones included. */
export function latencyIndicator({ matchers, source }: Subject, edgeSeconds: number): Indicator {
  const metric = source === "otel" ? httpClient.duration : resilience.duration;
  const counted: Matcher = { label: "error_type", is: "!~", value: nobodysFault };
  const among = source === "otel" ? matchers : [...matchers, counted];
  // Prometheus 3 writes the edge of a whole second as 1.0, earlier ones as it was sent: 1.
  const edge: Matcher = Number.isInteger(edgeSeconds)
    ? { label: "le", is: "=~", value: `${edgeSeconds}(\\.0)?` }
    : equal("le", String(edgeSeconds));
  const all = selector(`${metric}_count`, among);
  const inTime = selector(`${metric}_bucket`, [...among, edge]);
  const labels = sampleLabels(matchers);
  return {
    // Without its bucket this is empty and not zero: what is not measured must not look healthy.
    bad: `sum(rate(${all}[{{window}}])) - sum(rate(${inTime}[{{window}}]))`,
    total: `sum(rate(${all}[{{window}}]))`,
    presence: `sum(${all})`,
    needs: [{ what: `durations up to ${edgeSeconds}s`, expression: `sum(${inTime})` }],
    feed: [
      { series: series(`${metric}_count`, labels), counts: "all" },
      { series: series(`${metric}_bucket`, { ...labels, le: String(edgeSeconds) }), counts: "good" },
    ],
  };
}

function ratioIndicator(of: {
  readonly all: string;
  readonly bad: string;
  readonly what: string;
  readonly feed: Feed;
}): Indicator {
  return {
    // Series of failures begin with the first failure; until then there are none, which is zero.
    bad: `sum(rate(${of.bad}[{{window}}])) or vector(0)`,
    total: `sum(rate(${of.all}[{{window}}]))`,
    presence: `sum(${of.all})`,
    needs: [{ what: of.what, expression: `sum(${of.all})` }],
    feed: of.feed,
  };
}

function feedOf(
  metric: string,
  matchers: readonly Matcher[],
  good: Readonly<Record<string, string>>,
  bad: Readonly<Record<string, string>>,
): Feed {
  const labels = sampleLabels(matchers);
  return [
    { series: series(metric, { ...labels, ...good }), counts: "good" },
    { series: series(metric, { ...labels, ...bad }), counts: "bad" },
  ];
}
