import type { Assembled } from "./evidence.ts";
import type { Experiment } from "./model.ts";
import type { Checklist } from "./report/model.ts";
import { largest, median, sum } from "./stats.ts";

type Cost = Pick<Checklist, "wallMs" | "longestExperimentMs" | "startMs" | "lowerBoundMs" | "experiments">;

/**
 * What the run took, and what no schedule could have beaten given how long its calls took: the gate, which everything waits
 * for, and then the longest chain of one instance, all starts over all cores, or all work over all places.
 */
export function measuredCost(
  assembled: Assembled,
  recorded: { readonly wallMs?: number; readonly startMs?: number; readonly lowerBoundMs?: number },
): Cost {
  const records = assembled.observations.filter((one) => one.type === "experiment");
  const ids = [...new Set(records.map((one) => one.experiment.id))];
  const startMs = startOf(assembled) || (recorded.startMs ?? 0);
  const experiments = ids.map((id) => {
    const own = records.filter((one) => one.experiment.id === id);
    const experiment = own.at(-1)?.experiment as Experiment;
    return {
      id,
      summary: experiment.summary,
      checks: experiment.checks,
      samples: sum(own.map((one) => one.samples)),
      wallMs: Math.round(sum(own.map((one) => one.wallMs))),
      lowerBoundMs: Math.round(chainOf(id, assembled)),
    };
  });
  const longest = largest([0, ...experiments.map((one) => one.lowerBoundMs)]);
  const gate = new Set(assembled.calls.filter((call) => call.phase === "gate").map((call) => call.instance));
  const gateMs = largest([0, ...[...gate].map((instance) => instanceMs(instance, assembled))]);
  const starts = (assembled.instances.length - gate.size) * startMs;
  const served = new Set(assembled.calls.map((one) => one.instance).filter((one) => !gate.has(one)));
  const busy = starts + sum([...served].map((instance) => callsMs(instance, assembled)));
  const { cores = 1, jobs = 1 } = assembled.run ?? {};
  const seen = spanMs(assembled);
  return {
    wallMs: Math.round(recorded.wallMs ?? seen),
    longestExperimentMs: largest([0, ...experiments.map((one) => one.wallMs)]),
    startMs: Math.round(startMs),
    lowerBoundMs: Math.round(
      gateMs + Math.max(longest, starts / cores, busy / jobs) || (recorded.lowerBoundMs ?? 0),
    ),
    experiments,
  };
}

/** The median time from start to ready. */
function startOf(assembled: Assembled): number {
  const took = assembled.instances.flatMap((one) =>
    one.readyMs === null ? [] : [one.readyMs - one.startedMs],
  );
  return took.length === 0 ? 0 : median(took);
}

/** The busiest instance of an experiment: start, then its calls one after the other. */
function chainOf(experiment: string, assembled: Assembled): number {
  const chains = assembled.instances
    .filter((one) => one.experiment === experiment)
    .map((one) => instanceMs(one.instance, assembled));
  return largest([0, ...chains]);
}

/** An instance's start and its calls, one after the other. */
function instanceMs(instance: string, assembled: Assembled): number {
  const record = assembled.instances.find((one) => one.instance === instance);
  const startMs = record === undefined || record.readyMs === null ? 0 : record.readyMs - record.startedMs;
  return startMs + callsMs(instance, assembled);
}

/** The calls of an instance, one after the other; those of a load overlap and take as long as the load. */
function callsMs(instance: string, { calls, loads }: Assembled): number {
  const serial = calls.filter((call) => call.instance === instance && call.phase !== "load");
  const overlapping = loads.filter((load) => load.instance === instance);
  return (
    sum(serial.map((call) => call.watchedUntilMs - call.startedMs)) +
    sum(overlapping.map((load) => load.endedMs - load.startedMs))
  );
}

function spanMs(assembled: Assembled): number {
  const starts = assembled.calls.map((call) => call.startedMs);
  const ends = assembled.calls.map((call) => call.watchedUntilMs);
  return starts.length === 0 ? 0 : largest(ends) - Math.min(...starts);
}
