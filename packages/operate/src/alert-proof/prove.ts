import { CodedError } from "@holdfast/core";
import type { Texts } from "../rules/rule.ts";
import { firingsOf, type Watch } from "./firings.ts";
import type { Firing, Footprint, ReadAlert, ReadRule } from "./model.ts";
import { type Pace, pacesOf } from "./pace.ts";
import type { Promtool } from "./promtool.ts";
import { readSaid } from "./read-said.ts";
import { type ProofTest, ruleFileOf, testFile } from "./test-file.ts";
import { controlPhases, phasesOf, seriesOver, type Timeline } from "./timeline.ts";

/** One fault that was captured: what its calls leave behind. */
export interface CapturedFault {
  readonly id: string;
  readonly footprint: Footprint;
  /** What calls leave behind before and after it. */
  readonly healthy: Footprint;
  /** Whether alerts that look back over more than six hours are proved against it even where others fire: that takes longer. */
  readonly slowToo: boolean;
}

/** What alerts are put to the proof with. */
export interface ProofOptions {
  /** In the order of their files, those left out that Prometheus would refuse. */
  readonly rules: readonly ReadRule[];
  readonly alerts: readonly ReadAlert[];
  readonly healthy: Footprint;
  readonly faults: readonly CapturedFault[];
  readonly callsPerSecond: number;
  /** Labels that the scrape sets. */
  readonly target: Texts;
}

/** What fired without a fault, and under each. */
export interface ProvedAlerts {
  readonly control: readonly Firing[];
  /** By the id of the fault. */
  readonly faults: ReadonlyMap<string, readonly Firing[]>;
  /** How long was watched without a fault: as long as the alert looks back that looks back furthest. */
  readonly controlMs: number;
  /** Whether some rules look back further than the history that was put before the fault. */
  readonly cut: boolean;
}

/** Alerts that look back further are slow: they cost more, and come later than the others. */
const slowMs = 6 * 3_600_000;

/** So many times the control is looked at. */
const controlLooks = 240;

const controlName = "control";

/** Puts every alert to the proof: as it is written, over healthy history, each fault, and health again; and without any fault. */
export async function proveAlerts(options: ProofOptions, promtool: Promtool): Promise<ProvedAlerts> {
  const paces = pacesOf(options.alerts);
  const proved = await Promise.all(paces.map((pace) => provePace(pace, options, promtool)));
  const control = proved.flatMap((one) => one.control);
  const firingUnder = (id: string): readonly Firing[] => proved.flatMap((one) => one.faults.get(id) ?? []);
  const restless = new Set(control.map(({ alert }) => alert));
  // Under a fault that nothing quick tells of, slow alerts are asked as well: what was not evaluated is not silent.
  const silent = options.faults.filter(
    ({ id, slowToo }) => !slowToo && firingUnder(id).every(({ alert }) => restless.has(alert)),
  );
  const faults = silent.map((fault) => ({ ...fault, slowToo: true }));
  const slow = faults.length === 0 ? [] : paces.filter(isSlow);
  const late = await Promise.all(slow.map((pace) => provePace(pace, { ...options, faults }, promtool)));
  proved.push(...late);
  return {
    control,
    faults: new Map(options.faults.map(({ id }) => [id, firingUnder(id)])),
    controlMs: Math.max(0, ...proved.map(({ controlMs }) => controlMs)),
    cut: paces.some(({ cut }) => cut),
  };
}

function isSlow({ alerts }: Pace): boolean {
  return alerts.some(({ longestMs }) => longestMs > slowMs);
}

async function provePace(
  pace: Pace,
  options: ProofOptions,
  promtool: Promtool,
): Promise<Omit<ProvedAlerts, "cut">> {
  const faults = options.faults.filter(({ slowToo }) => slowToo || !isSlow(pace));
  const needed = new Set<ReadRule["source"]>(
    pace.alerts.flatMap((alert) => [alert.source, ...alert.needs.map(({ source }) => source)]),
  );
  const rules = options.rules.filter(({ source }) => needed.has(source));
  const watch = watchOf(pace);
  const controlWatch = controlWatchOf(pace);
  const names = [...new Set(pace.alerts.map(({ name }) => name))];
  const test = (name: string, of: CapturedFault | null, atMs: readonly number[]): ProofTest => ({
    name,
    scrapeMs: pace.scrapeMs,
    series: seriesOver(
      of === null ? controlPhases(pace) : phasesOf(pace),
      { ...options, ...worldOf(of, options), reads: pace.alerts.flatMap(({ reads }) => reads) },
      pace.scrapeMs,
    ),
    alerts: names.map((alert) => ({ name: alert, atMs })),
    queries: [],
  });
  const tests = [
    test(controlName, null, controlWatch.atMs),
    ...faults.map((fault) => test(fault.id, fault, watch.atMs)),
  ];
  const said = await promtool.run(
    [
      { path: "rules.yml", text: ruleFileOf(rules) },
      { path: "tests.yml", text: testFile("rules.yml", pace.evaluationMs, tests) },
    ],
    ["test", "rules", "tests.yml"],
  );
  const { firing, other } = readSaid(said.text);
  if (other.length > 0) throw notUnderstood(other);
  return {
    control: firingsOf(firing.get(controlName) ?? [], controlWatch, pace.alerts),
    faults: new Map(
      faults.map(({ id }) => [id, firingsOf(firing.get(id) ?? [], watch, pace.alerts).filter(isOfFault)]),
    ),
    controlMs: controlWatch.atMs.at(-1) ?? 0,
  };
}

/** What fired before the fault tells nothing of it. */
function isOfFault({ firedAtMs }: Firing): boolean {
  return firedAtMs >= 0;
}

/** Where promtool says something else, nobody knows what fired: silence must not be taken for it. */
function notUnderstood(other: readonly string[]): CodedError {
  const said = other.slice(0, 3).join(" ").slice(0, 300);
  return new CodedError("PROMTOOL_FAILED", `promtool could not evaluate the rules: ${said}`, {
    remedy: "Let promtool check rules read the files; where it is content, report this with the rules.",
  });
}

function worldOf(of: CapturedFault | null, { healthy }: ProofOptions): Pick<Timeline, "healthy" | "fault"> {
  return of === null ? { healthy, fault: healthy } : { healthy: of.healthy, fault: of.footprint };
}

/** Once before the fault, and from then on at every evaluation. */
function watchOf({ evaluationMs, historyMs, faultMs, recoveryMs }: Pace): Watch {
  const count = (faultMs + recoveryMs) / evaluationMs;
  const times = Array.from({ length: count + 1 }, (_, index) => historyMs + (index - 1) * evaluationMs);
  return { atMs: times, faultFromMs: historyMs, faultToMs: historyMs + faultMs };
}

/** From the first evaluation on, when there is hardly any data. */
function controlWatchOf({ evaluationMs, historyMs, faultMs, recoveryMs }: Pace): Watch {
  const evaluations = Math.floor((historyMs + faultMs + recoveryMs) / evaluationMs);
  const every = Math.max(1, Math.ceil(evaluations / controlLooks));
  const times = Array.from(
    { length: Math.floor(evaluations / every) },
    (_, index) => (index + 1) * every * evaluationMs,
  );
  return { atMs: times, faultFromMs: 0, faultToMs: 0 };
}
