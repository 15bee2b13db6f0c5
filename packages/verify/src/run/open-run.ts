import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type CodedError, seededRandom } from "@holdfast/core";
import { createRedactor } from "@holdfast/faults";
import type { Observation, OperationsTexts, RunRecord } from "../model.ts";
import { bypassed, watchBypasses } from "./bypass.ts";
import { callCaps } from "./call-caps.ts";
import { openTargets } from "./open-targets.ts";
import { operationsTexts } from "./operations-texts.ts";
import { plantCanaries, secretsOf } from "./plant-canaries.ts";
import type { RunContext } from "./run-context.ts";
import { openRunFolder, type RunFolder } from "./run-folder.ts";
import type { RunOptions } from "./run-options.ts";
import { openScraper } from "./scrape.ts";
import { openSpanSink } from "./span-sink.ts";
import { openSweeper } from "./sweeper.ts";
import { openTrust } from "./trust.ts";

/** How long a service may take to become ready when nobody says. */
const readyTimeoutMs = 30_000;

/** Instances that end within this time are swept up together, unless the next one waits for it. */
const gatherMs = 250;

/** A run that has begun: its context, its folder, and all that it has seen. */
export interface OpenRun {
  readonly context: RunContext;
  readonly folder: RunFolder;
  readonly observations: Observation[];
  readonly first: RunRecord;
  /** Ends the run early; the first reason counts. */
  abort(reason: Error): void;
  /** Why it ended early. */
  reason(): Error | null;
}

/** Begins a run: folder, canaries, redactor, and the record that stands first. */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const { contract, clock } = options;
  const operations = operationsTexts(contract);
  const startedAt = new Date(clock.wall()).toISOString();
  const run = `${startedAt.slice(0, 19).replaceAll(":", "-")}-${randomBytes(4).toString("hex")}`;
  const ending = new AbortController();
  let reason: Error | null = null;
  const abort = (error: Error): void => {
    reason ??= error;
    ending.abort(reason);
  };
  const targets = await openTargets({
    file: options.targets ?? null,
    run,
    contract,
    clock,
    signal: ending.signal,
    onFailure: abort,
  });
  const folder = openRunFolder(
    options.out ?? join(contract.folder, ".holdfast", "runs", run),
    (error: CodedError) => abort(error),
  );
  const { environment } = options;
  const trust = await openTrust({ contract, clock, folder, environment });
  const random = seededRandom(options.seed);
  const canaries = plantCanaries(contract, random.fork("canaries"));
  const secrets = [...secretsOf(contract), ...canaries.searched.map(({ value }) => value)];
  const observations: Observation[] = [];
  const record = (observation: Observation): void => {
    observations.push(folder.append(observation));
  };
  const first = runRecord(options, run, startedAt, operations);
  record(first);
  const redactor = createRedactor({ key: randomBytes(32), secrets });
  const spans = await openSpanSink({ record, redact: (text) => redactor.text(text) });
  const inspect = await watchBypasses(contract, clock, spans.port, (bypass) => {
    record({ type: "bypass", ...bypass, atMs: clock.monotonic() });
    if (!options.allowBypass) abort(bypassed(bypass.remote));
  });
  const context: RunContext = {
    inspect,
    scrape: openScraper({ contract, clock, signal: ending.signal, redactor, record }),
    targets,
    sweep: openSweeper(run, clock, options.jobs === 1 ? 0 : gatherMs),
    readyTimeoutMs: options.readyTimeoutMs ?? readyTimeoutMs,
    caps: callCaps(contract),
    run,
    contract,
    clock,
    random,
    redactor,
    canaries,
    environment,
    codeCache: folder.codeCache,
    trust,
    signal: ending.signal,
    record,
    spans,
    keepLog: (experiment, line) => folder.appendLog(experiment, line),
  };
  return { context, folder, observations, first, abort, reason: () => reason };
}

function runRecord(
  options: RunOptions,
  run: string,
  startedAt: string,
  operations: OperationsTexts | null,
): RunRecord {
  const { contract, seed, profile, jobs, cores, holdfastVersion } = options;
  const runbooks: Record<string, RunRecord["runbooks"][string]> = {};
  for (const { name, runbook } of contract.integrations) {
    if (runbook !== null) runbooks[name] = { path: runbook.written, text: textOf(runbook.path) };
  }
  return {
    type: "run",
    schemaVersion: 1,
    run,
    startedAt,
    seed,
    contractFile: contract.file,
    contractDigest: contract.digest,
    ...(profile === undefined ? {} : { profile }),
    versions: {
      holdfast: holdfastVersion,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
    jobs,
    cores,
    runbooks,
    ...(operations === null ? {} : { operations }),
  };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
