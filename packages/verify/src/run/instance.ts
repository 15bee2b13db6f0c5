import type { Scenario } from "@holdfast/contract";
import type { FaultProxy } from "@holdfast/faults";
import type { InstanceRecord } from "../model.ts";
import type { Child, Exit } from "./child.ts";
import { type Consumer, startConsumer } from "./consumer.ts";
import type { Driver } from "./drivers/driver.ts";
import { endChild } from "./end-child.ts";
import { type Life, watchLife } from "./life.ts";
import { captureLogs, type LogCapture } from "./log-capture.ts";
import type { RunContext } from "./run-context.ts";
import type { ListedTarget } from "./targets-file.ts";
import type { TemplateValues } from "./template-values.ts";

/** One fresh copy of the consumer with proxies of its own, ready for calls. */
export interface Instance {
  readonly id: string;
  readonly experiment: string;
  readonly scenario: Scenario;
  readonly proxies: ReadonlyMap<string, FaultProxy>;
  readonly logs: LogCapture;
  readonly driver: Driver;
  /** Makes the same service do what another scenario asks of it; `null`: there is no service. */
  readonly driverOf: ((scenario: Scenario) => Driver) | null;
  readonly values: TemplateValues;
  /** The number of the next call on it, from 0. */
  calls: number;
  readonly startMs: number;
  /** Fills the stub's answers for this call from here on. */
  serve(call: string): void;
  /** How it ended by itself, or `null` while it lives. */
  exit(): Exit | null;
  pid(): number | null;
  /** Where the service listens; `null` when there is none. */
  readonly url: string | null;
  /** Kills the service as it stands and starts it again at the same address; `null` where that cannot be done. Rejects when it does not come back. */
  readonly restart: (() => Promise<void>) | null;
  /** Asks whether it is still ready and remembers the answer; `null` when there is nothing to ask. */
  probe(): Promise<boolean | null>;
  /** Ends all that belongs to it and records how it went. */
  end(): Promise<void>;
}

/** Which instance is to be started, and for what. */
export interface WantedInstance {
  readonly id: string;
  readonly experiment: string;
  readonly scenario: Scenario;
  readonly phase: ListedTarget["phase"];
  /** What is done to the provider, or `none`. */
  readonly fault: string;
}

/** Starts an instance; whatever fails, nothing of it is left and its record is written. */
export async function startInstance(context: RunContext, wanted: WantedInstance): Promise<Instance> {
  const { id, experiment, scenario } = wanted;
  const { clock } = context;
  const startedMs = clock.monotonic();
  const logs = logsOf(context, wanted);
  const record = (changes: Pick<InstanceRecord, "end"> & Partial<InstanceRecord>): void => {
    const unknown = { readyMs: null, exitCode: null, exitSignal: null, answeredAfter: null };
    const endedMs = clock.monotonic();
    const lastWords = logs.lastWords();
    const who = { type: "instance", instance: id, experiment, startedMs } as const;
    context.record({ ...who, ...unknown, endedMs, lastWords, ...changes });
  };
  let consumer: Consumer;
  try {
    consumer = await startConsumer(context, { id, scenario, logs });
  } catch (error) {
    logs.close();
    record({ end: "never-ready" });
    throw error;
  }
  const readyMs = clock.monotonic();
  const { proxies, driver, driverOf, values, url } = consumer;
  const life = watchLife(consumer, clock);
  let answeredAfter: boolean | null = null;
  const exit = (): Exit | null => consumer.child?.exit() ?? null;
  const unlist = context.targets.list({ ...wanted, url, exit });
  return {
    id,
    experiment,
    scenario,
    proxies: proxies.byIntegration,
    logs,
    driver,
    driverOf,
    values,
    calls: 0,
    startMs: readyMs - startedMs,
    serve: (call) => proxies.serve(values, call),
    exit,
    pid: () => consumer.child?.pid ?? null,
    url,
    restart: life.restart,
    probe: async () => {
      answeredAfter = await consumer.answers();
      return answeredAfter;
    },
    end: async () => {
      const itself = life.byItself();
      await unlist();
      await proxies.close();
      await consumer.beforeEnd();
      const how = await endConsumer(context, id, consumer.child);
      await consumer.afterEnd();
      logs.close();
      const ended = itself === null || itself.atMs === null ? {} : { endedMs: itself.atMs };
      const exited = { exitCode: itself?.exit.code ?? null, exitSignal: itself?.exit.signal ?? null };
      record({ readyMs, end: endOf(how, itself !== null, life), answeredAfter, ...ended, ...exited });
    },
  };
}

/** A process that ended while it was being ended did not end by itself. */
function endOf(how: InstanceRecord["end"], byItself: boolean, life: Life): InstanceRecord["end"] {
  if (life.isKilled()) return "killed";
  return how === "exited" && !byItself ? "stopped" : how;
}

function logsOf(context: RunContext, { id, experiment }: WantedInstance): LogCapture {
  return captureLogs({
    instance: id,
    experiment,
    canaries: context.canaries.searched,
    now: () => context.clock.monotonic(),
    redact: (text) => context.redactor.text(text),
    keep: (line) => context.keepLog(experiment, line),
    record: context.record,
    aside: asideOf(context),
  });
}

/** Where metrics are read, access logs name the path; the root would be named by any. */
function asideOf({ contract }: RunContext): string | null {
  const path = contract.service?.metrics?.path ?? "/";
  return path === "/" ? null : path;
}

async function endConsumer(
  context: RunContext,
  instance: string,
  child: Child | null,
): Promise<InstanceRecord["end"]> {
  const sweep = (): Promise<void> => context.sweep(instance);
  if (child !== null) return endChild(child, sweep, context.clock);
  await sweep();
  return "running";
}
