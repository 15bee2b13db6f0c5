import type { ExchangeRecord, FaultProgram } from "@holdfast/faults";
import type { CallRecord } from "../model.ts";
import type { CallIdentity } from "./call-ids.ts";
import type { DriveOutcome, Driver } from "./drivers/driver.ts";
import type { Instance } from "./instance.ts";
import { listenUntilMs } from "./linger.ts";
import type { RunContext } from "./run-context.ts";
import { callValues } from "./template-values.ts";

/** What is to be done to one call. */
export interface WantedCall {
  readonly phase: CallRecord["phase"];
  readonly horizonMs: number;
  readonly lingerGaps: number;
  readonly lingerMs: number;
  /** Makes the call in a way of its own, with up to `requests` requests of the scenario; one by the scenario's driver when left out. */
  readonly made?: { readonly requests: number; readonly by: Driver["drive"] };
  /** Called as soon as the caller has its answer, before the listening for late attempts. */
  readonly answered?: () => void;
  /** The fault program and the operation it is for; `null` lets everything pass. */
  readonly fault: {
    readonly integration: string;
    readonly operation: string;
    readonly program: FaultProgram;
  } | null;
}

/** A call with the exchanges that were seen while it was watched. */
export interface DrivenRecord {
  readonly call: CallRecord;
  readonly exchanges: readonly ExchangeRecord[];
}

const untouched: FaultProgram = { steps: [] };
const lookMs = 50;

/** Arms the proxies, drives one call, listens for late attempts, and records what came of it. */
export async function driveCall(
  context: RunContext,
  instance: Instance,
  identity: CallIdentity,
  wanted: WantedCall,
): Promise<DrivenRecord> {
  const { clock, signal } = context;
  const { id, traceId, correlation, traceparent } = identity;
  const { requests, by } = wanted.made ?? { requests: 1, by: instance.driver.drive };
  const deliver = context.caps.reserve(instance.scenario, wanted.fault !== null, requests);
  await armAll(instance, id, wanted.fault);
  instance.serve(id);
  instance.logs.open(id, correlation === null ? [traceId] : [traceId, correlation]);
  const index = instance.calls++;
  const startedMs = clock.monotonic();
  const { horizonMs, lingerGaps, lingerMs } = wanted;
  const values = callValues(instance.values, id);
  const result = await by({ ...identity, horizonMs, values });
  const answeredMs = result.endedMs ?? clock.monotonic();
  wanted.answered?.();
  // Kept-alive connections still stand; samples are left in peace, their gaps are measured.
  if (wanted.phase !== "sample") await context.inspect(instance, wanted.phase === "gate");
  signal.throwIfAborted();
  await listen(context, instance, id, { answeredMs, outcome: result.outcome, lingerGaps, lingerMs });
  const watchedUntilMs = clock.monotonic();
  const exchanges = exchangesOf(instance, id);
  deliver(exchanges);
  await armAll(instance, null, null);
  const { phase } = wanted;
  const who = { id, experiment: instance.experiment, instance: instance.id, phase, index };
  const call: CallRecord = {
    type: "call",
    ...who,
    startedMs,
    endedMs: result.endedMs,
    outcome: result.outcome,
    horizonMs,
    watchedUntilMs,
    status: result.status,
    error: shortened(context, result),
    traceId,
    correlation,
    traceparent,
  };
  context.record(call);
  return { call, exchanges };
}

async function armAll(instance: Instance, call: string | null, fault: WantedCall["fault"]): Promise<void> {
  for (const [integration, proxy] of instance.proxies) {
    if (call !== null) proxy.expect(call);
    await (fault?.integration === integration
      ? proxy.arm({ call, program: fault.program, operation: fault.operation })
      : proxy.arm({ call, program: untouched, operation: null }));
  }
}

function exchangesOf(instance: Instance, call: string): ExchangeRecord[] {
  return [...instance.proxies.values()]
    .flatMap((proxy) => proxy.exchangesOf(call))
    .sort((one, other) => one.arrivedMs - other.arrivedMs);
}

/** Each late attempt can change what has to be waited for: look again every now and then. */
async function listen(
  { clock, signal }: RunContext,
  instance: Instance,
  id: string,
  call: Omit<Parameters<typeof listenUntilMs>[0], "exchanges">,
): Promise<void> {
  for (;;) {
    const leftMs = listenUntilMs({ ...call, exchanges: exchangesOf(instance, id) }) - clock.monotonic();
    if (leftMs <= 0) return;
    await clock.sleep(Math.min(leftMs, lookMs), signal);
  }
}

function shortened({ redactor }: RunContext, { error }: DriveOutcome): string | null {
  return error === null ? null : redactor.text(error).slice(0, 300);
}
