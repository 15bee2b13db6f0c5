import type { Scenario } from "@holdfast/contract";
import { isCodedError } from "@holdfast/core";
import type { Experiment } from "../model.ts";
import type { CallIdentity } from "./call-ids.ts";
import { type DrivenRecord, driveCall } from "./drive-call.ts";
import { type Instance, startInstance } from "./instance.ts";
import { procedures } from "./procedures/index.ts";
import type { RunContext } from "./run-context.ts";
import { faultOf } from "./targets-file.ts";
import type { TurnKind } from "./turns.ts";
import type { Turnstile } from "./turnstile.ts";

const settleMs = 20;
const answerProbes = 3;

/** What a shard is given. */
export interface ShardOptions {
  readonly experiment: Experiment;
  readonly scenario: Scenario;
  readonly instance: string;
  readonly turnstile: Turnstile;
  readonly identity: () => CallIdentity;
  /** Keeps the beginnings of quiet samples apart. */
  readonly space: (signal: AbortSignal) => Promise<void>;
  /** Takes one more sample from the experiment's queue, or says that there is none for this shard. */
  readonly take: (shard: { readonly taken: number; readonly usedMs: number }) => boolean;
  /** Gives a sample back that could not be made: another instance will. */
  readonly giveBack: () => void;
  readonly sampled: (tookMs: number) => void;
  /** Ends an instance aside, so that the next one need not wait for it. */
  readonly retire: (instance: Instance) => Promise<void>;
}

/** Serves samples of one experiment on one fresh instance; answers why it could not, or `null`. */
export async function runShard(context: RunContext, options: ShardOptions): Promise<string | null> {
  const started = await startWarm(context, options);
  if (typeof started === "string") return started;
  let because: string | null = null;
  try {
    because = await serveSamples(context, options, started);
    // The gaps of others are measured while they want quiet; no instance starts meanwhile, so that the wait costs nothing.
    await options.turnstile.calm(context.signal);
    await context.scrape(started, "end");
    await context.inspect(started, false);
    await probe(context, started);
  } finally {
    await options.retire(started);
  }
  return because;
}

/** Start, first healthy call and the reading of metrics share one turn: they make noise. */
async function startWarm(context: RunContext, options: ShardOptions): Promise<Instance | string> {
  const done = await options.turnstile.turn(options.experiment.quiet ? "quiet-start" : "start");
  try {
    context.signal.throwIfAborted();
    const { scenario, experiment } = options;
    const about = { phase: "experiment", fault: faultOf(experiment) } as const;
    const wanted = { id: options.instance, experiment: experiment.id, scenario, ...about };
    const instance = await startInstance(context, wanted);
    try {
      await context.scrape(instance, "ready");
      const { call } = await warmUp(context, options, instance);
      await context.scrape(instance, "warm");
      if (call.outcome === "succeeded") return instance;
      await options.retire(instance);
      return `the first healthy call ${call.outcome}: ${call.error}`;
    } catch (error) {
      await options.retire(instance);
      throw error;
    }
  } catch (error) {
    if (isCodedError(error)) return `${error.code}: ${error.message.split("\n")[0]}`;
    throw error;
  } finally {
    done();
  }
}

function warmUp(context: RunContext, options: ShardOptions, instance: Instance): Promise<DrivenRecord> {
  const { horizonMs } = options.experiment;
  const wanted = { phase: "warm-up", horizonMs, lingerGaps: 0, lingerMs: 0, fault: null } as const;
  return driveCall(context, instance, options.identity(), wanted);
}

/** Answers why not one sample could be served, or `null`. */
async function serveSamples(
  context: RunContext,
  options: ShardOptions,
  instance: Instance,
): Promise<string | null> {
  let usedMs = 0;
  for (let taken = 0; ; taken++) {
    context.signal.throwIfAborted();
    if (!options.take({ taken, usedMs })) return null;
    const served = await serveSample(context, options, instance, taken);
    if (typeof served === "string") {
      options.giveBack();
      return taken === 0 ? served : null;
    }
    const tookMs = served.call.watchedUntilMs - served.call.startedMs;
    usedMs += tookMs;
    options.sampled(tookMs);
    if (served.call.outcome === "unfinished" || instance.exit() !== null) return null;
  }
}

/** One sample on the connection that it wants, quiet until the caller has its answer; or why it could not be made. */
async function serveSample(
  context: RunContext,
  options: ShardOptions,
  instance: Instance,
  taken: number,
): Promise<DrivenRecord | string> {
  const kind = turnOf(options.experiment);
  const answered = kind === null ? () => {} : once(await options.turnstile.turn(kind));
  try {
    if (await prepareConnection(context, options, instance, taken)) {
      if (options.experiment.quiet) await options.space(context.signal);
      const { experiment, identity } = options;
      const make = procedures[experiment.procedure?.kind ?? "one-call"];
      return await make(context, { experiment, instance, identity, answered });
    }
    return "no healthy call could be made on the connection to be reused";
  } catch (error) {
    if (isCodedError(error) && error.code === "CALL_CAP_REACHED") return error.message;
    throw error;
  } finally {
    answered();
  }
}

/** What the turn of a sample is for; `null` when it disturbs nobody and nobody disturbs it. */
function turnOf({ quiet, procedure }: Experiment): TurnKind | null {
  if (procedure?.kind === "load" || procedure?.kind === "herd") return "load";
  return quiet ? "quiet" : null;
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/** `fresh` drops what is kept alive; `reused` sees to it that there is something to reuse. False: the instance is spent. */
async function prepareConnection(
  context: RunContext,
  options: ShardOptions,
  instance: Instance,
  taken: number,
): Promise<boolean> {
  const { connection, quiet } = options.experiment;
  if (connection === "fresh") {
    for (const proxy of instance.proxies.values()) await proxy.dropIdle();
    await context.clock.sleep(settleMs, context.signal);
  }
  const stale = taken > 0 || quiet;
  if (connection !== "reused" || !stale) return true;
  const { call } = await warmUp(context, options, instance);
  return call.outcome === "succeeded";
}

/** Does it still answer after all that was done to it? Asked more than once before the answer is no. */
async function probe({ clock, signal }: RunContext, instance: Instance): Promise<void> {
  for (let asked = 0; asked < answerProbes; asked++) {
    if ((await instance.probe()) !== false) return;
    await clock.sleep(100, signal);
  }
}
