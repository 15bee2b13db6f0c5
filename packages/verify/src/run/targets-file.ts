import type { Experiment, ExperimentSpec } from "../model.ts";

/** A running instance, as the file of targets tells of it. */
export interface ListedTarget {
  readonly instance: string;
  readonly experiment: string;
  readonly phase: "gate" | "experiment";
  /** What is done to the provider (`status 503`, `hang`), or `none`. */
  readonly fault: string;
}

/** What all targets of a run have in common. */
export interface TargetsOf {
  readonly run: string;
  readonly service: string;
  /** `127.0.0.1:port`. */
  readonly address: string;
}

/** Marks a file as ours; Prometheus drops labels that begin so once it has read them. */
const mark = "__meta_holdfast_run";

/** The file of a Prometheus' `file_sd_configs`: a group for each instance. */
export function targetsText({ run, service, address }: TargetsOf, listed: readonly ListedTarget[]): string {
  const groups = listed.map(({ instance, experiment, phase, fault }) => ({
    targets: [address],
    labels: {
      __metrics_path__: metricsPath(instance),
      [mark]: run,
      run,
      service,
      instance,
      experiment,
      phase,
      fault,
    },
  }));
  return `${JSON.stringify(groups, null, 2)}\n`;
}

/** Where the metrics of an instance are asked for. */
export function metricsPath(instance: string): string {
  return `/${instance}/metrics`;
}

/** Whether a text is such a file, or an empty list: only that is replaced. */
export function isTargetsText(text: string): boolean {
  try {
    const groups: unknown = JSON.parse(text);
    return Array.isArray(groups) && groups.every((group) => Object.hasOwn(Object(group?.labels), mark));
  } catch {
    return false;
  }
}

/** What an experiment does to the provider, each kind once: `status 503`, `reset, hang`; `none` where all calls are healthy. */
export function faultOf({
  program,
  procedure,
}: Pick<Experiment | ExperimentSpec, "program" | "procedure">): string {
  const stages = procedure?.kind === "load" ? procedure.stages : [];
  const faults = [program, ...stages.map((stage) => stage.program)]
    .flatMap(({ steps }) => steps)
    .flatMap(({ fault }) => fault ?? [])
    .map(({ kind, ...settings }) => (kind === "status" ? `status ${settings["status"]}` : kind));
  return faults.length === 0 ? "none" : [...new Set(faults)].join(", ");
}
