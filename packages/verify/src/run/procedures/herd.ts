import { invariant } from "@holdfast/core";
import type { FaultProgram } from "@holdfast/faults";
import type { CallRecord, LoadRecord } from "../../model.ts";
import type { ProcedureSpec } from "../../procedure-model.ts";
import { driveLoadCall, type LoadDrive } from "../drive-load-call.ts";
import type { RunContext } from "../run-context.ts";
import type { Procedure, SampleTools } from "./procedure.ts";

const untouched: FaultProgram = { steps: [] };

/** Healthy calls, so many at once and again, and then as many at once that meet the program together. */
export const herd: Procedure = async (context, tools) => {
  const { experiment, instance } = tools;
  const { clock } = context;
  invariant(experiment.procedure?.kind === "herd", "the procedure of a herd is given a herd");
  const startedMs = clock.monotonic();
  instance.logs.open(`${instance.id}-herd`, []);
  const made = new Herd(context, tools, experiment.procedure);
  const stages: Stage[] = [];
  for (const make of [() => made.healthy(), () => made.failing()]) {
    const stage = await make();
    stages.push(stage);
    await context.scrape(instance, "stage", stage.name);
  }
  await armAll(tools, untouched);
  await context.inspect(instance, false);
  const endedMs = clock.monotonic();
  const who = { experiment: experiment.id, instance: instance.id };
  const { stoppedBecause } = made;
  context.record({ type: "load", ...who, startedMs, endedMs, stages, withheld: 0, stoppedBecause });
  return { call: made.whole(startedMs, endedMs), exchanges: [] };
};

type HerdSpec = Extract<ProcedureSpec, { readonly kind: "herd" }>;
type Stage = LoadRecord["stages"][number];

/** A herd under way. */
class Herd {
  readonly #context: RunContext;
  readonly #tools: SampleTools;
  readonly #spec: HerdSpec;
  readonly #drives: LoadDrive[] = [];
  stoppedBecause: string | null = null;

  constructor(context: RunContext, tools: SampleTools, spec: HerdSpec) {
    this.#context = context;
    this.#tools = tools;
    this.#spec = spec;
  }

  /** Connections and code are warm afterwards: what is cold parts calls by itself. */
  healthy(): Promise<Stage> {
    return this.#stage("healthy", untouched, this.#spec.waves);
  }

  failing(): Promise<Stage> {
    return this.#stage("failing", this.#tools.experiment.program, 1);
  }

  /** The herd as one call, for those who count what samples take. */
  whole(startedMs: number, endedMs: number): CallRecord {
    const last = this.#drives.at(-1);
    invariant(last !== undefined, "a herd has calls");
    return { ...last.record(), startedMs, endedMs, watchedUntilMs: endedMs, outcome: "failed" };
  }

  async #stage(name: Stage["name"], program: FaultProgram, waves: number): Promise<Stage> {
    const { clock } = this.#context;
    await armAll(this.#tools, program);
    const startedMs = clock.monotonic();
    for (let wave = 0; wave < waves && this.stoppedBecause === null; wave++) {
      // The trace of a call is looked for only where its id is not sent: both cost, with so many at once.
      const byTrace = !this.#drives.some((drive) => drive.isMentioned());
      await Promise.all(Array.from({ length: this.#spec.calls }, () => this.#call(byTrace)));
    }
    return { name, startedMs, endedMs: clock.monotonic(), seen: true };
  }

  async #call(byTrace: boolean): Promise<void> {
    const { experiment, instance, identity } = this.#tools;
    const { horizonMs } = experiment;
    const drive = driveLoadCall(this.#context, instance, identity(), { horizonMs, byTrace });
    if (typeof drive === "string") {
      this.stoppedBecause = drive;
      return;
    }
    this.#drives.push(drive);
    await drive.ended;
  }
}

/** The program for every request of the operation; none for the other integrations. */
async function armAll({ instance, experiment }: SampleTools, program: FaultProgram): Promise<void> {
  for (const [integration, proxy] of instance.proxies) {
    const isTarget = integration === experiment.integration;
    const operation = isTarget ? experiment.operation : null;
    await proxy.arm({ call: null, program: isTarget ? program : untouched, operation });
  }
}
