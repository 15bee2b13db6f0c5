import { invariant } from "@holdfast/core";
import type { Experiment, LoadRecord } from "../../model.ts";
import type { LoadSpec, LoadStage } from "../../procedure-model.ts";
import type { DrivenRecord } from "../drive-call.ts";
import { driveLoadCall } from "../drive-load-call.ts";
import type { RunContext } from "../run-context.ts";
import { type BesideRow, besideRows } from "./beside-rows.ts";
import { LoadRow } from "./load-row.ts";
import { isSeen } from "./load-stage.ts";
import type { Procedure, SampleTools } from "./procedure.ts";

/** How often a stage looks whether it is over. */
const lookMs = 10;
/** How long calls may still take after a stage that waits for them, and after the last one. */
const drainMs = 2_000;
const tailMs = 4_000;

/** Calls at a fixed rate through stages, each with one fault program for all of them; beside them calls on which nothing is done. */
export const load: Procedure = async (context, tools) => {
  const spec = specOf(tools.experiment);
  const { clock } = context;
  const { instance, experiment } = tools;
  const startedMs = clock.monotonic();
  instance.logs.open(`${instance.id}-load`, []);
  const made = new Load(context, tools, spec);
  const stages: LoadRecord["stages"][number][] = [];
  const reads: Promise<void>[] = [];
  for (const stage of spec.stages) {
    if (made.stoppedBecause !== null || (stage.onlyIfSeen && stages.at(-1)?.seen !== true)) continue;
    stages.push(await made.stage(stage));
    const read = context.scrape(instance, "stage", stage.name);
    reads.push(read);
    // Where no call is under way, none begins before the metrics are read; elsewhere calls begin at their times.
    if (stage.drains) await read.then(() => made.drain(0));
  }
  await made.drain(tailMs);
  await Promise.all(reads);
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
  readonly #row: LoadRow;
  readonly #beside: readonly BesideRow[];
  #ended: string | null = null;

  constructor(context: RunContext, tools: SampleTools, spec: LoadSpec) {
    const { experiment, instance, identity } = tools;
    const { clock } = context;
    const { horizonMs } = experiment;
    this.#context = context;
    this.#tools = tools;
    this.#spec = spec;
    this.#row = new LoadRow({
      clock,
      begin: (byTrace) => driveLoadCall(context, instance, identity(), { horizonMs, byTrace }),
      inFlightMax: spec.inFlightMax,
      callsMax: spec.callsMax,
    });
    this.#beside = besideRows(context, tools, spec);
  }

  get withheld(): number {
    return this.#row.withheld;
  }

  get stoppedBecause(): string | null {
    return this.#rows.map((row) => row.stoppedBecause).find((because) => because !== null) ?? this.#ended;
  }

  get #rows(): readonly LoadRow[] {
    return [this.#row, ...this.#beside.map(({ row }) => row)];
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
        calls: this.#row.seen,
      });
    for (;;) {
      this.#row.startDue(stage.ratePerSecond);
      for (const { row, ratePerSecond } of this.#beside) row.startDue(ratePerSecond);
      const isOver = seen();
      if (isOver || clock.monotonic() - startedMs >= stage.maxMs || this.stoppedBecause !== null) {
        if (stage.drains) await this.drain(drainMs);
        return { name: stage.name, startedMs, endedMs: clock.monotonic(), seen: isOver };
      }
      const nextMs = Math.min(...this.#rows.map((row) => row.nextMs)) - clock.monotonic();
      await clock.sleep(Math.max(1, Math.min(lookMs, nextMs)), signal);
      if (instance.exit() !== null) this.#ended = "the instance ended by itself";
    }
  }

  /** Waits until no call is under way, for so long at most; what was due meanwhile is not made up for. */
  async drain(forMs: number): Promise<void> {
    const { clock, signal } = this.#context;
    const endsMs = clock.monotonic() + forMs;
    while (this.#rows.some((row) => row.underWay > 0) && clock.monotonic() < endsMs) {
      await clock.sleep(lookMs, signal);
    }
    for (const row of this.#rows) row.rest();
  }

  /** Records the calls that are still under way as what they are. */
  recordOpen(): void {
    for (const row of this.#rows) row.recordOpen();
  }

  /** The load as one call, for those who count what samples take. */
  whole(startedMs: number, endedMs: number): DrivenRecord["call"] {
    const { last } = this.#row;
    invariant(last !== undefined, "a load has calls");
    return { ...last.record(), startedMs, endedMs, watchedUntilMs: endedMs, outcome: "failed" };
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
