import type { Contract } from "@holdfast/contract";
import { isCodedError } from "@holdfast/core";
import type { Plan } from "../model.ts";
import { callIdentities } from "./call-ids.ts";
import { childEnvironment } from "./environment.ts";
import { proveBaseline } from "./gate.ts";
import { markerVariables } from "./marker.ts";
import { measureNoise, type NoiseMeter } from "./noise.ts";
import { type OpenRun, openRun } from "./open-run.ts";
import { plantedIn } from "./plant-canaries.ts";
import { endAllWith } from "./process-table.ts";
import { type ProgressTeller, tellProgress } from "./progress.ts";
import { type Reaper, startReaper } from "./reaper.ts";
import { openRetirement } from "./retirement.ts";
import type { Workshop } from "./run-board.ts";
import { runExperiments } from "./run-experiments.ts";
import { runFileOf } from "./run-file.ts";
import type { RunDecisions, RunOptions, RunResult } from "./run-options.ts";
import { openSpacing } from "./spacing.ts";
import { openTurnstile } from "./turnstile.ts";

/** About what one call costs a service in computing; their beginnings lie this far apart when gaps are measured. */
const spacingMs = 30;
/** What is taken for the start of an instance when the run ended before one was measured. */
const startUnknownMs = 1000;

/** Makes a whole run: gate, plan, experiments side by side, more of them while verdicts stay open. Leaves nothing running. */
export async function runContract(given: RunOptions, decisions: RunDecisions): Promise<RunResult> {
  const exclusive = needsExclusive(given.contract);
  const options = exclusive ? { ...given, jobs: 1, cores: 1 } : given;
  const { clock } = options;
  const startedMs = clock.monotonic();
  const open = await openRun(options);
  const { context, folder, observations, first } = open;
  const stop = (): void => open.abort(new Error("stopped from outside"));
  options.signal.addEventListener("abort", stop, { once: true });
  if (options.signal.aborted) stop();
  const progress = tellProgress(clock, options.progress);
  const turnstile = openTurnstile(options.cores);
  let reaper: Reaper | null = null;
  let noise: NoiseMeter | null = null;
  try {
    reaper = startReaper(context.run);
    const env = childEnvironment(
      options.environment,
      markerVariables({ run: context.run, instance: "noise" }),
    );
    noise = await measureNoise({
      clock,
      isQuiet: turnstile.isQuiet,
      env,
      stoodStill: (fromMs, toMs) => context.record({ type: "standstill", fromMs, toMs }),
    });
    const { plan, startMs } = await work(options, decisions, open, { progress, turnstile, exclusive, noise });
    context.record(await noise.finish(context.signal));
    const wallMs = clock.monotonic() - startedMs;
    const reason = open.reason();
    const interrupted = reason?.message ?? null;
    const { run, startedAt, versions } = first;
    folder.writeRun(runFileOf(options, open, { plan, startMs, wallMs, interrupted }));
    if (isCodedError(reason) && reason.code === "BYPASS") throw reason;
    return {
      run,
      folder: folder.path,
      startedAt,
      plan,
      observations,
      startMs,
      wallMs,
      versions,
      interrupted,
      reason,
    };
  } finally {
    options.signal.removeEventListener("abort", stop);
    progress.stop();
    noise?.stop();
    await endAllWith({ run: context.run, instance: null }, clock);
    await context.targets.close();
    await context.spans.close();
    reaper?.release();
    folder.close();
  }
}

async function work(
  options: RunOptions,
  decisions: RunDecisions,
  open: OpenRun,
  tools: {
    readonly progress: ProgressTeller;
    readonly turnstile: Workshop["turnstile"];
    readonly exclusive: boolean;
    readonly noise: NoiseMeter;
  },
): Promise<{ plan: Plan; startMs: number }> {
  const { context, folder } = open;
  const { contract, seed, cores, jobs } = options;
  const { exclusive } = tools;
  const retirement = openRetirement(exclusive, (error) => {
    open.abort(error instanceof Error ? error : new Error(String(error)));
  });
  let instances = 0;
  const shared = {
    space: openSpacing(options.clock, spacingMs),
    identity: callIdentities(context.run, contract.service?.correlation ?? null),
    nextInstance: () => `i${++instances}`,
  };
  try {
    tools.progress.phase("gate");
    const unknown = { plan: null, startMs: null, wallMs: null, interrupted: null };
    folder.writeRun(runFileOf(options, open, unknown));
    const startMs = await gate(open, exclusive, shared);
    tools.progress.phase("plan");
    const planFor = (each: number): Plan => decisions.plan({ startMs: each, jobs, cores, seed });
    const plan = planFor(startMs);
    folder.writeRun(runFileOf(options, open, { plan, startMs, wallMs: null, interrupted: null }));
    const refuse = refusals(options, open);
    const { progress, turnstile } = tools;
    const { sampled, finished } = progress;
    const workshop = { ...shared, jobs, turnstile, retire: retirement.retire, refuse, sampled, finished };
    const { allowHosts } = options;
    await runExperiments(open, decisions, plan, {
      progress,
      workshop,
      allowHosts,
      noise: tools.noise.soFar,
      estimate: (each) => planFor(each).estimateMs,
    });
    await retirement.settled();
    const calls = countCalls(open, plan);
    for (const canary of plantedIn(contract, calls, instances)) context.record(canary);
    if (decisions.after !== undefined) progress.phase("prove");
    const found = await decisions.after?.(open.observations, plan, context.signal);
    for (const observation of found ?? []) context.record(observation);
    return { plan, startMs };
  } finally {
    await retirement.settled();
  }
}

/** Where instances cannot stand side by side: a fixed port, or a service that we did not start. */
function needsExclusive(contract: Contract): boolean {
  const fixed = contract.integrations.some(({ address }) => address.kind === "listen");
  const foreign =
    contract.service !== null && contract.service.start === null && contract.service.url !== null;
  return fixed || foreign;
}

async function gate(
  open: OpenRun,
  exclusive: boolean,
  shared: Pick<Workshop, "identity" | "nextInstance">,
): Promise<number> {
  const { context } = open;
  const starts: number[] = [];
  try {
    for (const scenario of context.contract.scenarios) {
      const calls = exclusive ? [5] : [3, 2];
      starts.push(...(await proveBaseline(context, { scenario, calls, ...shared })));
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
  const sorted = starts.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? startUnknownMs;
}

/** Why no further sample may be taken: the run ends, its time is spent, or a provider's cap is reached. */
function refusals(options: RunOptions, open: OpenRun): Workshop["refuse"] {
  const { clock, budgetMs, contract } = options;
  const startedMs = clock.monotonic();
  const { context } = open;
  return (experiment) => {
    if (context.signal.aborted) return "the run was ended";
    if (budgetMs !== null && clock.monotonic() - startedMs > budgetMs) {
      return `the budget of ${Math.round(budgetMs / 1000)} s was spent`;
    }
    const scenario = contract.scenarios.find(({ name }) => name === experiment.scenario);
    return scenario === undefined ? null : context.caps.refuses(scenario, true);
  };
}

function countCalls(open: OpenRun, plan: Plan): Map<string, number> {
  const scenarios = new Map(plan.experiments.map(({ id, scenario }) => [id, scenario]));
  const counts = new Map<string, number>();
  for (const observation of open.observations) {
    if (observation.type !== "call") continue;
    const scenario = scenarios.get(observation.experiment) ?? observation.experiment.split("/")[0] ?? "";
    counts.set(scenario, (counts.get(scenario) ?? 0) + 1);
  }
  return counts;
}
