import type { Scenario } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import type { ProxyProblemRecord } from "@holdfast/faults";
import type { Observation } from "../model.ts";
import { type GateSeen, notCalledBy, type Wrong, whatIsWrong } from "./baseline-texts.ts";
import type { CallIdentity } from "./call-ids.ts";
import { type DrivenRecord, driveCall, type WantedCall } from "./drive-call.ts";
import { type Instance, startInstance } from "./instance.ts";
import { quote } from "./ready.ts";
import type { RunContext } from "./run-context.ts";

const gateHorizonMs = 30_000;
/** How long after its answer a call that did not reach its provider is watched, and how often. */
const lateWatchMs = 2000;
const lateLookMs = 25;

const healthy: WantedCall = {
  phase: "gate",
  horizonMs: gateHorizonMs,
  lingerGaps: 0,
  lingerMs: 0,
  fault: null,
};

/** What the gate needs to prove that a scenario works without any fault. */
export interface GateOptions {
  readonly scenario: Scenario;
  /** How many healthy calls on each instance: one entry per instance. */
  readonly calls: readonly number[];
  readonly identity: () => CallIdentity;
  readonly nextInstance: () => string;
}

/** Drives healthy calls; answers how long each instance took to start. Anything not green is `BASELINE_FAILED`. */
export async function proveBaseline(context: RunContext, options: GateOptions): Promise<number[]> {
  const starts = options.calls.map((calls) => proveInstance(context, options, calls));
  const settled = await Promise.allSettled(starts);
  const failed = settled.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

async function proveInstance(context: RunContext, options: GateOptions, calls: number): Promise<number> {
  const { scenario } = options;
  const about = { phase: "gate", fault: "none" } as const;
  const wanted = { id: options.nextInstance(), experiment: `${scenario.name}/gate`, scenario, ...about };
  const kept = keepProblems(context);
  const instance = await startInstance(kept.context, wanted);
  const driven: DrivenRecord[] = [];
  const drive = async (): Promise<DrivenRecord> => {
    const record = await driveCall(context, instance, options.identity(), healthy);
    driven.push(record);
    return record;
  };
  const { integrations } = context.contract;
  const look = (at: number, lateMs: GateSeen["lateMs"]): Wrong | null => {
    const unreachable = unreachableOf(instance, kept.problems);
    const exit = instance.exit();
    return whatIsWrong({ scenario, integrations, calls: driven, at, exit, lateMs, unreachable });
  };
  try {
    await context.scrape(instance, "ready");
    for (let at = 0; at < calls; at++) {
      const record = await drive();
      const wrong = look(at, {});
      if (wrong === null) continue;
      const missing = notCalledBy(scenario, record);
      const lateMs = await watchLate(context, instance, record, missing);
      const isLate = Object.keys(lateMs).length > 0;
      // After a call that did reach it: whether the later ones do not either tells a cache.
      while (at > 0 && missing.length > 0 && !isLate && instance.exit() === null && driven.length < calls) {
        await drive();
      }
      throw baselineFailed(scenario, look(at, lateMs) ?? wrong, record, instance);
    }
    await context.scrape(instance, "warm");
    return instance.startMs;
  } finally {
    await instance.end();
  }
}

/** A context that also keeps what went wrong in the proxies of one instance. */
function keepProblems(context: RunContext): {
  readonly context: RunContext;
  readonly problems: readonly ProxyProblemRecord[];
} {
  const problems: ProxyProblemRecord[] = [];
  const record = (observation: Observation): void => {
    if (observation.type === "proxy-problem") problems.push(observation);
    context.record(observation);
  };
  return { context: { ...context, record }, problems };
}

/** Why the proxies of an instance did not reach their providers, by integration; the last reason counts. */
function unreachableOf(
  instance: Instance,
  problems: readonly ProxyProblemRecord[],
): Readonly<Record<string, string>> {
  const causes = [...instance.proxies.keys()].flatMap((integration) =>
    problems
      .filter(
        ({ code, proxy }) => code === "PROVIDER_UNREACHABLE" && proxy === `${instance.id}-${integration}`,
      )
      .map(({ message }) => [integration, message.replace("The provider was not reached: ", "")]),
  );
  return Object.fromEntries(causes);
}

/** Watches whether integrations that a call did not reach are called after its answer; how long after, by integration. */
async function watchLate(
  { clock, signal }: RunContext,
  instance: Instance,
  { call }: DrivenRecord,
  missing: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const answeredMs = call.endedMs;
  const proxies = [...instance.proxies].filter(([integration]) => missing.includes(integration));
  if (answeredMs === null || proxies.length === 0) return {};
  for (const [, proxy] of proxies)
    await proxy.arm({ call: call.id, program: { steps: [] }, operation: null });
  for (;;) {
    const late = proxies.flatMap(([integration, proxy]) =>
      proxy
        .exchangesOf(call.id)
        .slice(0, 1)
        .map(({ arrivedMs }) => [integration, Math.max(0, arrivedMs - answeredMs)]),
    );
    const over = clock.monotonic() >= answeredMs + lateWatchMs || instance.exit() !== null;
    if (late.length > 0 || over) return Object.fromEntries(late);
    await clock.sleep(lateLookMs, signal);
  }
}

function baselineFailed(
  scenario: Scenario,
  { says, remedy }: Wrong,
  driven: DrivenRecord,
  instance: Instance,
): CodedError {
  return new CodedError(
    "BASELINE_FAILED",
    `The scenario ${scenario.name} does not work with no fault at all: ${says}${says.endsWith("?") ? "" : "."}${quote(instance.logs.lastWords())}`,
    { remedy, details: { scenario: scenario.name, call: driven.call, exchanges: driven.exchanges.length } },
  );
}
