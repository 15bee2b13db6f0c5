import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readExposition } from "@holdfast/operate";

const [minuteS, hourS] = [60, 3_600];
/** A series is taken for gone five minutes after its last sample, so that so many seconds between two are enough for windows of hours. */
const rareS = 4 * minuteS;
const denseS = 2 * hourS;

/** How steady traffic was until now: what so many calls left in a service's metrics, and how many came each second. */
export interface History {
  readonly exposition: string;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly hours: number;
  /** The labels that a scrape adds. */
  readonly labels: Readonly<Record<string, string>>;
}

/** That history in OpenMetrics, up to a time: counters grow by their share of a call, gauges stay. */
export function historyText(of: History, untilMs: number): string {
  const until = Math.floor(untilMs / 1_000);
  const from = until - of.hours * hourS;
  const times: number[] = [];
  for (let at = from; at <= until; at += at < until - denseS ? rareS : minuteS) times.push(at);
  const lines = readExposition(of.exposition).flatMap(({ name, labels, value, type }) => {
    const series = `${name}${labelText({ ...labels, ...of.labels })}`;
    const each = (value / of.calls) * of.callsPerSecond;
    const grows = type === "counter" || type === "histogram";
    return times.map((at) => `${series} ${grows ? each * (at - from) : value} ${at}`);
  });
  return `${lines.join("\n")}\n# EOF\n`;
}

/** Writes it as blocks of Prometheus' own. */
export function backfill(data: string, history: History, untilMs: number): void {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-history-"));
  try {
    const file = join(folder, "history.om");
    writeFileSync(file, historyText(history, untilMs));
    const made = spawnSync("promtool", ["tsdb", "create-blocks-from", "openmetrics", "--quiet", file, data]);
    if (made.status !== 0) throw new Error(`promtool: ${made.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(",")}}`;
}
