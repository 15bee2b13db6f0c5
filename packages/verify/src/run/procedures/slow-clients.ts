import { invariant } from "@holdfast/core";
import type { RequestRecord } from "../../model.ts";
import { type Asker, openAsker, plainRequest } from "../asker.ts";
import { driveCall } from "../drive-call.ts";
import type { DrivenCall } from "../drivers/driver.ts";
import type { Instance } from "../instance.ts";
import type { RunContext } from "../run-context.ts";
import { type SlowConnection, slowBody, slowHead } from "../slow-connection.ts";
import { callValues } from "../template-values.ts";
import type { Procedure, SampleTools } from "./procedure.ts";
import { sampled } from "./sampled.ts";

/** How many calls show what is usual, and how far apart calls are. */
const beforeCount = 15;
const everyMs = 200;
const pieceMs = 1_000;
/** What a slow body says that it will hold, unless less is accepted. */
const bodyBytes = 10_000;
/** How long a call beside slow connections may take before it counts as not answered. */
const patienceMs = 5_000;

/** Connections that send their head or their body a little every second, and calls beside them, until all have ended. */
export const slowClients: Procedure = (context, tools) => {
  const { instance, identity } = tools;
  const { procedure, horizonMs } = tools.experiment;
  invariant(procedure?.kind === "slow-clients", "the experiment names its procedure");
  return driveCall(context, instance, identity(), {
    ...sampled(tools),
    fault: null,
    made: {
      requests: beforeCount + Math.ceil(horizonMs / everyMs),
      by: async (call) => {
        const asker = openAsker(context, instance, call, null);
        const usual = await callsBefore(context, tools, asker);
        const slow = openSlow(context, instance, call, procedure);
        const beside = await callsBeside(context, tools, asker, slow).finally(() => {
          for (const one of slow) {
            asker.note(recordOf(one));
            one.drop();
          }
        });
        const failed = [...usual, ...beside].filter((one) => !one.expected).length;
        const error = failed === 0 ? null : `${failed} of the calls beside slow connections failed`;
        return {
          outcome: failed === 0 ? "succeeded" : "failed",
          status: null,
          error,
          endedMs: context.clock.monotonic(),
        };
      },
    },
  });
};

/** Calls one after the other, before there is any slow connection. */
async function callsBefore(
  { clock, signal }: RunContext,
  tools: SampleTools,
  asker: Asker,
): Promise<RequestRecord[]> {
  const calls: RequestRecord[] = [];
  for (let count = 0; count < beforeCount; count++) {
    calls.push(await callOnce(clock, tools, asker, "before"));
    await clock.sleep(everyMs / 4, signal);
  }
  return calls;
}

function openSlow(
  context: RunContext,
  instance: Instance,
  call: DrivenCall,
  { slow, connections }: { readonly slow: "head" | "body"; readonly connections: number },
): SlowConnection[] {
  const request = plainRequest(context, instance, call);
  const accepted =
    context.contract.service?.serves.map(({ maxBodyBytes }) => maxBodyBytes ?? bodyBytes) ?? [];
  const bytes = Math.min(bodyBytes, ...accepted);
  return Array.from({ length: connections }, () =>
    slow === "head" ? slowHead(request, context.clock) : slowBody(request, bytes, context.clock),
  );
}

/** Calls at a steady rate, whether or not the ones before have their answers, while slow connections push on. */
async function callsBeside(
  { clock, signal }: RunContext,
  tools: SampleTools,
  asker: Asker,
  slow: readonly SlowConnection[],
): Promise<RequestRecord[]> {
  const untilMs = clock.monotonic() + tools.experiment.horizonMs;
  const calls: Promise<RequestRecord>[] = [];
  let pushedMs = clock.monotonic();
  while (clock.monotonic() < untilMs && slow.some((one) => one.ended() === null)) {
    calls.push(callOnce(clock, tools, asker, "during"));
    await clock.sleep(everyMs, signal);
    if (clock.monotonic() - pushedMs < pieceMs) continue;
    pushedMs = clock.monotonic();
    for (const one of slow) one.push();
  }
  return Promise.all(calls);
}

/** A whole call of the scenario, with an id of its own. */
async function callOnce(
  clock: RunContext["clock"],
  { instance, identity }: SampleTools,
  asker: Asker,
  role: "before" | "during",
): Promise<RequestRecord> {
  const own = identity();
  instance.serve(own.id);
  const startedMs = clock.monotonic();
  const values = callValues(instance.values, own.id);
  const { outcome, status, endedMs, error } = await instance.driver.drive({
    ...own,
    horizonMs: patienceMs,
    values,
  });
  return asker.note({
    role,
    startedMs,
    endedMs,
    status,
    expected: outcome === "succeeded",
    answer: null,
    error,
  });
}

function recordOf(one: SlowConnection): Omit<RequestRecord, "type" | "call" | "number"> {
  const end = one.ended();
  return {
    role: "slow",
    startedMs: one.startedMs,
    endedMs: end?.endedMs ?? null,
    status: end?.status ?? null,
    expected: false,
    answer: null,
    error: end?.error ?? null,
  };
}
