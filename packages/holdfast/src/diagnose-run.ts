import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import type { Contract } from "@holdfast/contract";
import { type DiagnosedFiles, diagnoseFiles, quotable } from "@holdfast/operate";
import { readRun } from "@holdfast/verify";
import type { ExitStatus, Io } from "./command.ts";
import { diagnoseText, wrap } from "./diagnose-text.ts";
import { documentOf, runbookFor, statusOf } from "./diagnosed.ts";
import { counted, spoken } from "./plain-text.ts";
import { type RunExperiment, runExperiments } from "./run-experiments.ts";
import { runFolderOf, runLogs } from "./system-logs.ts";

/** What `diagnose --run` was asked. */
export interface RunRequest {
  readonly run: string;
  readonly contract: Contract | undefined;
  readonly json: boolean;
  readonly format?: string;
}

/** One log of a run, diagnosed by itself. */
interface Section {
  readonly name: string;
  readonly experiment: RunExperiment;
  readonly told: DiagnosedFiles;
  readonly runbook: string | null;
  readonly status: ExitStatus;
}

/** Diagnoses each experiment of a run apart, so that what its log tells can be compared with what was done. */
export async function diagnoseRun(request: RunRequest, io: Io): Promise<ExitStatus> {
  const folder = runFolderOf(request.run, io.cwd);
  const known = existsSync(join(folder, "run.json")) ? runExperiments(readRun(folder)) : [];
  const service = request.contract?.service?.name ?? "service";
  const format = request.format === undefined ? {} : { format: request.format };
  const sections: Section[] = [];
  for (const { path, name } of runLogs(folder, io.cwd)) {
    const told = await diagnoseFiles({ files: [{ path, name, service }], ...format, signal: io.signal });
    const experiment = known.find(({ log }) => log === basename(path)) ?? unknown(basename(path));
    const runbook = runbookFor(told, request.contract, io.cwd);
    sections.push({ name, experiment, told, runbook, status: statusOf(told) });
  }
  if (request.json) io.out(`${JSON.stringify(runDocument(request.run, sections), null, 2)}\n`);
  else io.out(runText(sections, Math.max(40, Math.min(io.columns, 120))));
  return overall(sections);
}

/** A log of which the run's folder says no more than its name. */
function unknown(log: string): RunExperiment {
  const nothing = { done: null, to: null, fromMs: null, toMs: null, instances: [] };
  return { id: log.replace(/\.log$/, ""), log, ...nothing, calls: { failed: 0, total: 0 } };
}

/** 1 when one of them fails, 3 when one of them could not be decided or there was none. */
function overall(sections: readonly Section[]): ExitStatus {
  if (sections.some(({ status }) => status === 1)) return 1;
  return sections.length === 0 || sections.some(({ status }) => status === 3) ? 3 : 0;
}

function runDocument(run: string, sections: readonly Section[]): object {
  const verdict = { 1: "failing", 3: "undecided" }[overall(sections) as 1 | 3] ?? "clean";
  const experiments = sections.map(({ name, experiment, told, runbook }) => {
    const { id, done, to, fromMs, toMs, instances, calls } = experiment;
    const truth = { experiment: id, done, to, fromRunMs: fromMs, toRunMs: toMs, instances, calls };
    return { ...truth, ...documentOf(told, runbook, [name]) };
  });
  return { schemaVersion: 1, run, verdict, experiments };
}

function runText(sections: readonly Section[], columns: number): string {
  const shown = sections.filter(({ status, told }) => status === 1 || told.diagnosis.cause !== null);
  const quiet = sections.filter((one) => !shown.includes(one));
  const parts = shown.map(
    ({ name, experiment, told, runbook }) =>
      `${truthText(experiment, columns)}\n${diagnoseText(told, { columns, runbook, names: [name] })}`,
  );
  return `${[...parts, endText(sections, quiet, columns)].join("\n")}`;
}

/** What was done, by the run's own word, above what the log tells of it. */
function truthText(experiment: RunExperiment, columns: number): string {
  const { id, done, to, fromMs, toMs, instances, calls } = experiment;
  const when = fromMs === null || toMs === null ? [] : [`${inRun(fromMs)} to ${inRun(toMs)} of the run`];
  const served = instances.length === 0 ? [] : [`on ${instances.slice(0, 6).join(", ")}`];
  const at = [...when, ...served].join(", ");
  const says = [
    `What was done: ${done ?? "not recorded"}${to === null ? "" : ` (${to})`}`,
    ...(at === "" ? [] : [`When: ${at}`]),
    ...(calls.total === 0
      ? []
      : [`What was seen: ${calls.failed} of ${counted(calls.total, "call")} failed`]),
    "What the log tells:",
  ];
  const rows = says.flatMap((one) => wrap(quotable(one), columns, "  "));
  return `${[`═══ EXPERIMENT ${quotable(id)}`, ...rows].join("\n")}\n`;
}

function inRun(ms: number): string {
  return ms < 1_000 ? "0 s" : spoken(ms);
}

function endText(sections: readonly Section[], quiet: readonly Section[], columns: number): string {
  const ids = (some: readonly Section[]): string =>
    some.map(({ experiment }) => `  ${quotable(experiment.id)}\n`).join("");
  const undecided = quiet.filter(({ status }) => status === 3);
  const silent = quiet.filter(({ status, experiment }) => status === 0 && experiment.calls.failed > 0);
  const clean = quiet.length - undecided.length - silent.length;
  const lists: readonly (readonly [string, readonly Section[]])[] = [
    ["Calls failed, and the log tells of no failure:", silent],
    ["Too little of the log could be read:", undecided],
  ];
  const failing = sections.length - quiet.length;
  const read = `Read the logs of ${counted(sections.length, "experiment")}: ${failing} tell of a failure, ${clean} of none where no call failed.`;
  return [
    `${wrap(read, columns, "").join("\n")}\n`,
    ...lists.filter(([, some]) => some.length > 0).map(([title, some]) => `${title}\n${ids(some)}`),
  ].join("");
}
