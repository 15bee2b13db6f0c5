import type { Scenario } from "@holdfast/contract";
import { isCodedError } from "@holdfast/core";
import type { CallRecord } from "../model.ts";
import type { CallIdentity } from "./call-ids.ts";
import type { DriveOutcome, Driver } from "./drivers/driver.ts";
import type { Instance } from "./instance.ts";
import type { RunContext } from "./run-context.ts";
import { callValues } from "./template-values.ts";

/** A call of a load that has begun. */
export interface LoadDrive {
  /** Resolves when the caller has its answer and the call is recorded. */
  readonly ended: Promise<CallRecord["outcome"]>;
  /** Records it as unfinished, unless it has ended. */
  giveUp(): void;
  record(): CallRecord;
  /** Whether a request was seen that carries its id. */
  isMentioned(): boolean;
}

/** How a call of a load is to be made. */
export interface WantedLoadCall {
  readonly horizonMs: number;
  /** Whether its trace is looked for in requests besides its id. */
  readonly byTrace: boolean;
  /** What is called beside the load; the scenario of the instance when left out. `null`: the service itself, and no provider. */
  readonly beside?: { readonly scenario: Scenario | null; readonly driver: Driver };
}

/** Begins a call among others: nothing is armed for it and its log lines are the load's. A text says why it may not be made. */
export function driveLoadCall(
  context: RunContext,
  instance: Instance,
  identity: CallIdentity,
  { horizonMs, byTrace, beside }: WantedLoadCall,
): LoadDrive | string {
  const { clock } = context;
  const { id, traceId, correlation } = identity;
  const deliver = reserved(context, beside === undefined ? instance.scenario : beside.scenario);
  if (typeof deliver === "string") return deliver;
  for (const proxy of instance.proxies.values()) {
    proxy.expect(id);
    // Looking for both costs, with many calls at once: the trace only where the id is not sent.
    if (byTrace) proxy.expect(traceId);
  }
  instance.serve(id);
  const who = { id, experiment: instance.experiment, instance: instance.id, phase: "load" } as const;
  const opened = { type: "call", ...who, index: instance.calls++, startedMs: clock.monotonic() } as const;
  let record: CallRecord | null = null;

  const settle = ({ outcome, status, error, endedMs }: DriveOutcome): CallRecord => {
    const watchedUntilMs = clock.monotonic();
    const said = error === null ? null : context.redactor.text(error).slice(0, 200);
    const known = { outcome, status, error: said, endedMs, horizonMs, watchedUntilMs, traceId, correlation };
    const row = beside === undefined ? {} : { beside: beside.scenario?.name ?? null };
    record = { ...opened, ...known, ...row };
    context.record(record);
    deliver(exchanges());
    return record;
  };
  const exchanges = () => [...instance.proxies.values()].flatMap((proxy) => proxy.exchangesOf(id));
  const values = callValues(instance.values, id);
  const ended = (beside?.driver ?? instance.driver)
    .drive({ ...identity, horizonMs, values })
    .then((outcome) => (record ?? settle(outcome)).outcome);
  const open = { outcome: "unfinished", status: null, error: "no answer yet", endedMs: null } as const;
  const giveUp = (): CallRecord => record ?? settle(open);
  return { ended, giveUp, record: giveUp, isMentioned: () => exchanges().length > 0 };
}

function reserved(
  { caps }: RunContext,
  scenario: Scenario | null,
): ReturnType<RunContext["caps"]["reserve"]> | string {
  if (scenario === null) return () => {};
  try {
    return caps.reserve(scenario, true);
  } catch (error) {
    if (isCodedError(error) && error.code === "CALL_CAP_REACHED") return error.message;
    throw error;
  }
}
