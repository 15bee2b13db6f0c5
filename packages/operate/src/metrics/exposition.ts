import { CodedError } from "@holdfast/core";
import { readSampleLine, type SampleLine, shown } from "./exposition-line.ts";

/** What a family of metrics is; `unknown` where no line tells, or tells `untyped`. */
export type MetricType =
  | "counter"
  | "gauge"
  | "histogram"
  | "gaugehistogram"
  | "summary"
  | "stateset"
  | "info"
  | "unknown";

/** One value of one series. */
export interface Sample {
  /** As written: of a histogram `…_bucket`, `…_sum` and `…_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** May be infinite or `NaN`. */
  readonly value: number;
  /** The type of its family. */
  readonly type: MetricType;
}

const types: Readonly<Record<string, MetricType>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "gaugehistogram",
  summary: "summary",
  stateset: "stateset",
  info: "info",
  unknown: "unknown",
  untyped: "unknown",
};

/** What may follow the name of a family of each type. */
const suffixes: Readonly<Record<string, readonly MetricType[]>> = {
  _total: ["counter"],
  _created: ["counter", "histogram", "summary"],
  _bucket: ["histogram", "gaugehistogram"],
  _sum: ["histogram", "summary"],
  _count: ["histogram", "summary"],
  _gsum: ["gaugehistogram"],
  _gcount: ["gaugehistogram"],
  _info: ["info"],
};

const described = /^#[ \t]+(TYPE|EOF)(?:[ \t]+(.*))?$/;

/**
 * The samples of a text exposition: Prometheus' format 0.0.4 or OpenMetrics 1.0. It is read as Prometheus reads it: what it would refuse is
 * refused with `EXPOSITION_INVALID` and the number of the line, and of a series that is told twice the first counts.
 */
export function readExposition(text: string): readonly Sample[] {
  const families = new Map<string, MetricType>();
  const series = new Map<string, SampleLine>();
  let ended = false;
  for (const [index, whole] of text.split("\n").entries()) {
    const line = trimmed(whole);
    if (line === "") continue;
    if (ended) throw invalid(index, line, "stands behind # EOF");
    if (line.startsWith("#")) ended = readComment(line, index, families);
    else readSeries(line, index, series);
  }
  return [...series.values()].map((sample) => ({ ...sample, type: typeOf(sample.name, families) }));
}

/** Takes the type that a comment tells; answers whether it ends the exposition. */
function readComment(line: string, index: number, families: Map<string, MetricType>): boolean {
  const [, what, rest = ""] = described.exec(line) ?? [];
  if (what === undefined) return false;
  if (what === "EOF") return rest === "";
  const [, quoted, bare = "", word = ""] = /^(?:"((?:[^"\\]|\\.)*)"|(\S+))[ \t]+(\S+)$/.exec(rest) ?? [];
  const type = Object.hasOwn(types, word) ? types[word] : undefined;
  if (type === undefined) throw invalid(index, line, "tells no type that is known");
  families.set(quoted ?? bare, type);
  return false;
}

function readSeries(line: string, index: number, series: Map<string, SampleLine>): void {
  const read = readSampleLine(line);
  if ("problem" in read) throw invalid(index, line, read.problem);
  const key = JSON.stringify([read.name, ...Object.entries(read.labels).sort(byName)]);
  if (!series.has(key)) series.set(key, read);
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function typeOf(name: string, families: ReadonlyMap<string, MetricType>): MetricType {
  const exact = families.get(name);
  if (exact !== undefined) return exact;
  const suffix = name.slice(name.lastIndexOf("_"));
  const type = families.get(name.slice(0, -suffix.length));
  return type !== undefined && suffixes[suffix]?.includes(type) === true ? type : "unknown";
}

/** Without blanks and tabs at both ends; other white space is none in this format. */
function trimmed(line: string): string {
  return line.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

function invalid(index: number, line: string, problem: string): CodedError {
  return new CodedError("EXPOSITION_INVALID", `line ${index + 1} ${problem}: ${shown(line)}`, {
    remedy:
      "Answer with Prometheus' text format 0.0.4 or with OpenMetrics 1.0; promtool check metrics tells the rest.",
    details: { line: index + 1, problem },
  });
}
