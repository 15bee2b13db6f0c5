import { invariant } from "@holdfast/core";
import type { Experiment, LoadRecord } from "../../model.ts";
import type { LoadSpec, LoadStage } from "../../procedure-model.ts";
import type { DrivenRecord } from "../drive-call.ts";
import { driveLoadCall, type LoadDrive } from "../drive-load-call.ts";
import type { RunContext } from "../run-context.ts";
import { isSeen, type LoadedCall } from "./load-stage.ts";
import type { Procedure, SampleTools } from "./procedure.ts";

/** How often a stage looks whether it is over, and at most how late its calls may begin before they are left out. */
const lookMs = 10;
const lateMaxMs = 500;
/** How long calls may still take after a stage that waits for them, and after the last one. */
const drainMs = 2_000;
const tailMs = 4_000;

/** Calls at a fixed rate through stages, each with one fault program for all of them. */
export const load: Procedure = async (context, tools) => {
  const spec = specOf(tools.experiment);
  const { clock } = context;
  const { instance, experiment } = tools;
  const startedMs = clock.monotonic();
  instance.logs.open(`${instance.id}-load`, []);
  const made = new Load(context, tools, spec);
  const stages: LoadRecord["stages"][number][] = [];
  for (const stage of spec.stages) {
    if (made.stoppedBecause !== null || (stage.onlyIfSeen && stages.at(-1)?.seen !== true)) continue;
    stages.push(await made.stage(stage));
  }
  await made.drain(tailMs);
  made.recordOpen();
  await armAll(tools, null);
  await context.inspect(instance, false);
  const endedMs = clock.monotonic();
  const { withheld, stoppedBecause } = made;
  const who = { experiment: experiment.id, instance: instance.id };
  context.record({ type: "load", ...who, startedMs, endedMs, stages, withheld, stoppedBecause });
  return { call: made.whole(startedMs, endedMs), exchanges: [] };
};

function specOf({ procedure }: Experiment): LoadSpec {
  invariant(procedure?.kind === "load", "the procedure of a load is given a load");
  return procedure;
}

/** A load under way. */
class Load {
  readonly #context: RunContext;
  readonly #tools: SampleTools;
  readonly #spec: LoadSpec;
  readonly #calls: { readonly seen: LoadedCall; readonly drive: LoadDrive }[] = [];
  #nextMs: number;
  /** Whether requests are known to carry the ids of their calls. */
  #isMentioned = false;
  withheld = 0;
  stoppedBecause: string | null = null;

  constructor(context: RunContext, tools: SampleTools, spec: LoadSpec) {
    this.#context = context;
    this.#tools = tools;
    this.#spec = spec;
    this.#nextMs = context.clock.monotonic();
  }

  get underWay(): number {
    return this.#calls.filter(({ seen }) => seen.endedMs === null).length;
  }

  async stage(stage: LoadStage): Promise<LoadRecord["stages"][number]> {
    const { clock, signal } = this.#context;
    const { experiment, instance } = this.#tools;
    await armAll(this.#tools, stage);
    const startedMs = clock.monotonic();
    const { operation, integration } = experiment;
    const proxy = instance.proxies.get(integration);
    invariant(proxy !== undefined, "the integration of an experiment has a proxy");
    const arrivedBefore = proxy.arrivals(operation).count;
    const seen = (): boolean =>
      isSeen(stage.until, {
        nowMs: clock.monotonic(),
        startedMs,
        arrivedBefore,
        arrivals: proxy.arrivals(operation),
        cutOffMs: this.#spec.cutOffMs,
        calls: this.#calls.map((one) => one.seen),
      });
    for (;;) {
      this.#startDue(stage.ratePerSecond);
      const isOver = seen();
      if (isOver || clock.monotonic() - startedMs >= stage.maxMs || this.stoppedBecause !== null) {
        if (stage.drains) await this.drain(drainMs);
        return { name: stage.name, startedMs, endedMs: clock.monotonic(), seen: isOver };
      }
      await clock.sleep(Math.max(1, Math.min(lookMs, this.#nextMs - clock.monotonic())), signal);
      if (instance.exit() !== null) this.stoppedBecause = "the instance ended by itself";
    }
  }

  /** Waits until no call is under way, for so long at most; what was due meanwhile is not made up for. */
  async drain(forMs: number): Promise<void> {
    const { clock, signal } = this.#context;
    const endsMs = clock.monotonic() + forMs;
    while (this.underWay > 0 && clock.monotonic() < endsMs) await clock.sleep(lookMs, signal);
    this.#nextMs = clock.monotonic();
  }

  /** Begins the calls that are due; what is due for long is left out, so that a pause of this machine makes no burst. */
  #startDue(ratePerSecond: number): void {
    const nowMs = this.#context.clock.monotonic();
    this.#nextMs = Math.max(this.#nextMs, nowMs - lateMaxMs);
    for (; this.#nextMs <= nowMs && this.stoppedBecause === null; this.#nextMs += 1000 / ratePerSecond) {
      if (this.#calls.length >= this.#spec.callsMax) return;
      if (this.underWay >= this.#spec.inFlightMax) this.withheld++;
      else this.#start();
    }
  }

  #start(): void {
    const { experiment, instance, identity } = this.#tools;
    const { clock } = this.#context;
    const seen: LoadedCall = { startedMs: clock.monotonic(), endedMs: null, succeeded: false };
    this.#isMentioned ||= this.#calls.some(({ drive }) => drive.isMentioned());
    const options = { horizonMs: experiment.horizonMs, byTrace: !this.#isMentioned };
    const started = driveLoadCall(this.#context, instance, identity(), options);
    if (typeof started === "string") {
      this.stoppedBecause = started;
      return;
    }
    this.#calls.push({ seen, drive: started });
    void started.ended.then((outcome) => {
      seen.endedMs = clock.monotonic();
      seen.succeeded = outcome === "succeeded";
    });
  }

  /** Records the calls that are still under way as what they are. */
  recordOpen(): void {
    for (const { drive } of this.#calls) drive.giveUp();
  }

  /** The load as one call, for those who count what samples take. */
  whole(startedMs: number, endedMs: number): DrivenRecord["call"] {
    const last = this.#calls.at(-1);
    invariant(last !== undefined, "a load has calls");
    return { ...last.drive.record(), startedMs, endedMs, watchedUntilMs: endedMs, outcome: "failed" };
  }
}

/** One program for every request of the operation; none for the other integrations. */
async function armAll({ instance, experiment }: SampleTools, stage: LoadStage | null): Promise<void> {
  for (const [integration, proxy] of instance.proxies) {
    const isTarget = stage !== null && integration === experiment.integration;
    const program = isTarget ? stage.program : { steps: [] };
    await proxy.arm({ call: null, program, operation: isTarget ? experiment.operation : null });
  }
}
