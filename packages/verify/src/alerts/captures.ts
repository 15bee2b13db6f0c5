import { type Footprint, footprintOf, readExposition, type Stretch } from "@holdfast/operate";
import { isOneCall } from "../experiments.ts";
import { type FailureMode, failureModes, isUnder } from "../failure-modes.ts";
import type { CallRecord, Experiment, Observation, ScrapeRecord } from "../model.ts";
import { addedTimes, usualTimes } from "./added-time.ts";
import type { CapturedMode } from "./model.ts";

/** What a run saw of the service's metrics, by scenario and by way to fail. */
export interface Captures {
  /** What a healthy call of a scenario leaves behind; scenarios without one are left out. */
  readonly healthy: ReadonlyMap<string, Footprint>;
  readonly modes: readonly (CapturedMode & {
    readonly scenario: string;
    readonly footprint: Footprint | null;
    /** How much longer each call took than a healthy one; `null` where no healthy one was seen. */
    readonly addedMs: readonly number[] | null;
  })[];
}

interface Seen {
  readonly scrapes: ReadonlyMap<string, readonly ScrapeRecord[]>;
  readonly calls: ReadonlyMap<string, readonly CallRecord[]>;
  readonly usualMs: ReadonlyMap<string, number>;
}

/** Turns scrapes and calls into footprints. Of a way to fail, the experiment counts in which most calls failed. */
export function capturesOf(
  observations: readonly Observation[],
  experiments: readonly Experiment[],
): Captures {
  const of = <T extends Observation["type"]>(type: T) =>
    observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);
  const calls = [...new Map(of("call").map((call) => [call.id, call])).values()];
  const seen: Seen = {
    scrapes: Map.groupBy(of("scrape"), ({ instance }) => instance),
    calls: Map.groupBy(calls, ({ instance }) => instance),
    usualMs: usualTimes(calls, scenarioOf),
  };
  const healthy = healthyFootprints(seen);
  const captured = experiments.flatMap((experiment) => capturedIn(experiment, calls, seen, healthy));
  const best = Map.groupBy(captured, ({ id }) => id);
  return {
    healthy,
    modes: [...best.values()].flatMap((those) => those.toSorted(byWeight).slice(0, 1)),
  };
}

type Captured = Captures["modes"][number];

/** What can be used first, then what hurts most, then what says most. */
function byWeight(a: Captured, b: Captured): number {
  const unread = Number(a.unread !== null) - Number(b.unread !== null);
  // A few calls that got through beside a breaker make no difference.
  const share = ({ failed, calls }: Captured): number => Math.min(0.95, calls === 0 ? 0 : failed / calls);
  return unread || share(b) - share(a) || b.calls - a.calls;
}

function healthyFootprints({ scrapes, calls }: Seen): ReadonlyMap<string, Footprint> {
  const stretches = [...scrapes].flatMap(([instance, own]) => {
    const [ready, warm] = [momentOf(own, "ready"), momentOf(own, "warm")];
    const made = (calls.get(instance) ?? []).filter(between(ready, warm));
    if (made.length === 0 || made.some(({ outcome }) => outcome !== "succeeded")) return [];
    const stretch = stretchOf(ready, warm, made.length, 0);
    return stretch === null ? [] : [{ scenario: scenarioOf(ready?.experiment ?? ""), stretch }];
  });
  const byScenario = Map.groupBy(stretches, ({ scenario }) => scenario);
  const footprints = [...byScenario].flatMap(([scenario, those]) => {
    const footprint = footprintOf(
      those.map(({ stretch }) => stretch),
      null,
    );
    return footprint === null ? [] : [[scenario, footprint] as const];
  });
  return new Map(footprints);
}

/** The id of an experiment begins with its scenario, that of a gate as well. */
function scenarioOf(experiment: string): string {
  return experiment.split("/")[0] ?? "";
}

function capturedIn(
  experiment: Experiment,
  calls: readonly CallRecord[],
  seen: Seen,
  healthy: ReadonlyMap<string, Footprint>,
): readonly Captured[] {
  const mode = failureModes.find((one) => one.check === undefined && isUnder(one, experiment));
  const { integration, operation, scenario } = experiment;
  const isLoad = experiment.procedure?.kind === "load";
  if (mode === undefined || !(isOneCall(experiment) || isLoad)) return [];
  // What calls beside a load leave in the metrics cannot be told from what its own do.
  if (experiment.procedure?.kind === "load" && experiment.procedure.beside !== undefined) return [];
  const instances = [...seen.scrapes].filter(([, own]) => own[0]?.experiment === experiment.id);
  const under = isLoad
    ? instances.flatMap(([id, own]) => loadStretches(mode, experiment, own, seen.calls.get(id) ?? []))
    : instances.flatMap(([id, own]) => sampleStretches(own, seen.calls.get(id) ?? []));
  const made = isLoad
    ? under.flatMap((one) => one.calls)
    : calls.filter((call) => call.experiment === experiment.id && call.phase === "sample");
  if (made.length === 0) return [];
  const stretches = under.flatMap(({ stretch }) => (stretch === null ? [] : [stretch]));
  const usualMs = seen.usualMs.get(scenario);
  const footprint = footprintOf(stretches, healthy.get(scenario) ?? null);
  return [
    {
      id: `${integration}/${mode.mode}`,
      integration,
      operation,
      mode: mode.mode,
      experiment: experiment.id,
      scenario,
      calls: made.length,
      failed: made.filter(({ outcome }) => outcome !== "succeeded").length,
      unread: footprint === null ? unreadBecause(under, instances) : null,
      footprint,
      addedMs: usualMs === undefined ? null : addedTimes(made, usualMs),
    },
  ];
}

/** So many calls of a stage may be under way as its metrics are read: they shift what a call does to a counter by no more. */
const openShare = 0.05;

interface Under {
  readonly stretch: Stretch | null;
  /** Too many calls were still under way as the metrics were read. */
  readonly open?: boolean;
  readonly calls: readonly CallRecord[];
}

/** From the warm instance to its end: its samples met the fault, the healthy calls between them did not. */
function sampleStretches(own: readonly ScrapeRecord[], calls: readonly CallRecord[]): readonly Under[] {
  const [warm, end] = [momentOf(own, "warm"), momentOf(own, "end")];
  const inside = calls.filter(between(warm, end));
  const samples = inside.filter(({ phase }) => phase === "sample");
  const healthy = inside.filter(({ phase }) => phase === "warm-up").length;
  return [{ stretch: stretchOf(warm, end, samples.length, healthy), calls: samples }];
}

/** The stages of a load in which the provider fails in this way; what is done to it as it comes back is something else. */
function loadStretches(
  mode: FailureMode,
  { procedure }: Experiment,
  own: readonly ScrapeRecord[],
  calls: readonly CallRecord[],
): readonly Under[] {
  const stages = procedure?.kind === "load" ? procedure.stages : [];
  const faulty = new Set(
    stages.filter(({ program }) => isUnder(mode, { program })).map(({ name }): string => name),
  );
  const ordered = own
    .filter(({ moment }) => moment === "warm" || moment === "stage")
    .toSorted((a, b) => a.atMs - b.atMs);
  return ordered.flatMap((scrape, index) => {
    if (scrape.stage === null || !faulty.has(scrape.stage)) return [];
    const before = ordered[index - 1];
    const made = calls.filter(between(before, scrape)).filter(({ phase }) => phase === "load");
    const open = made.filter(({ endedMs }) => endedMs === null || endedMs > scrape.atMs).length;
    // What a call does to counters, most do as it ends.
    const read = open <= openShare * made.length;
    return [{ stretch: read ? stretchOf(before, scrape, made.length, 0) : null, calls: made, open: !read }];
  });
}

function momentOf(own: readonly ScrapeRecord[], moment: ScrapeRecord["moment"]): ScrapeRecord | undefined {
  return own.find((one) => one.moment === moment);
}

function between(
  from: ScrapeRecord | undefined,
  to: ScrapeRecord | undefined,
): (call: CallRecord) => boolean {
  return ({ startedMs }) =>
    from !== undefined && to !== undefined && startedMs >= from.atMs && startedMs < to.atMs;
}

function stretchOf(
  before: ScrapeRecord | undefined,
  after: ScrapeRecord | undefined,
  calls: number,
  healthy: number,
): Stretch | null {
  const [was, is] = [samplesOf(before), samplesOf(after)];
  return was === null || is === null || calls === 0 ? null : { before: was, after: is, calls, healthy };
}

/** A scrape as samples; `null` where it was not answered or is no exposition. */
function samplesOf(scrape: ScrapeRecord | undefined): ReturnType<typeof readExposition> | null {
  if (scrape?.text == null) return null;
  try {
    return readExposition(scrape.text);
  } catch {
    return null;
  }
}

/** Why nothing could be made of these scrapes. */
function unreadBecause(
  under: readonly Under[],
  instances: readonly (readonly [string, readonly ScrapeRecord[]])[],
): string {
  if (under.some(({ open }) => open === true))
    return "too many of its calls were still under way as the metrics were read";
  const scrapes = instances.flatMap(([, own]) => own);
  return scrapeError(scrapes) ?? "its instances were not scraped before and after their samples";
}

/** The first error among scrapes, in words; `null` where all can be read. */
export function scrapeError(scrapes: readonly ScrapeRecord[]): string | null {
  for (const { text, error } of scrapes) {
    if (error !== null) return error;
    try {
      readExposition(text ?? "");
    } catch (failure) {
      const says = failure instanceof Error ? failure.message : String(failure);
      return `what was answered is no text of Prometheus: ${says}`;
    }
  }
  return null;
}
