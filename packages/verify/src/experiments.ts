import type { FaultProgram, FaultSpec } from "@holdfast/faults";
import { attemptLimit, attemptsLimit, deadlineLimit, horizonOf } from "./limits.ts";
import type { ExperimentSpec, Target } from "./model.ts";
import { refusedForMs } from "./status-matrix.ts";

/** Settings of an experiment that differ from the usual ones. */
type Settings = Partial<Omit<ExperimentSpec, "name" | "summary" | "program">>;

/** Every attempt of a call meets the fault. */
export function forever(fault: FaultSpec): FaultProgram {
  return { steps: [{ fault, times: "forever" }] };
}

/** The first attempt of a call meets the fault, the next one passes. */
export function once(fault: FaultSpec): FaultProgram {
  return { steps: [{ fault, times: 1 }] };
}

/** A status in place of an answer; the provider's own dialect for it comes from the contract by itself. */
export function statusFault(status: number, extra: Record<string, unknown> = {}): FaultSpec {
  return { kind: "status", status, ...extra };
}

/** What a failing call is expected to take besides waiting for answers: the declared waits, or a second. */
export function expectedWaitsMs({ integration }: Target): number {
  const backoff = integration.policy.retry?.backoff;
  if (backoff?.baseMs === undefined) return integration.policy.retry === undefined ? 50 : 500;
  const attempts = integration.policy.retry?.attempts ?? 3;
  let total = 0;
  for (let retry = 0; retry < attempts - 1; retry++) {
    const wait = backoff.baseMs * (backoff.factor ?? 2) ** retry;
    total += Math.min(backoff.capMs ?? Number.POSITIVE_INFINITY, wait);
  }
  return total * (backoff.jitter === "full" ? 0.5 : 1);
}

/** How long a call may be watched: 2.5 times its deadline, from 5 s to 20 s. */
export function callHorizonMs(target: Target): number {
  const deadline = deadlineLimit(target);
  const attempt = attemptLimit(target);
  const retried = attempt.declared ? attempt.value * attemptsLimit(target).value * 1.5 : 0;
  return deadline.declared ? Math.max(horizonOf(deadline.value), Math.min(20_000, retried)) : 20_000;
}

/** 503 on every attempt, measured while no instance starts. */
export function outage(target: Target): ExperimentSpec {
  return spec(target, "503-forever", "Every attempt is answered with 503.", forever(statusFault(503)), {
    samples: 12,
    // Of exponential waits under full jitter two show their growth in 98.8 % of runs with 40 calls, and in 99.6 % with 60.
    samplesMax: 60,
    perInstance: 2,
    quiet: true,
    lingerGaps: 3,
    horizonMs: callHorizonMs(target),
  });
}

/** Calls that nothing is done to: a reserve, for the first call of every instance is a healthy one already. */
export function healthyCalls(target: Target): ExperimentSpec {
  return spec(
    target,
    "healthy",
    "Nothing is done.",
    { steps: [] },
    {
      samples: 0,
      samplesMax: 48,
      perInstance: 4,
      expectedMs: 20,
    },
  );
}

/** One answer with `status`, then the provider is healthy. */
export function statusOnce(target: Target, status: number): ExperimentSpec {
  const program = once(statusFault(status));
  return spec(
    target,
    `${status}-once`,
    `The first attempt is answered with ${status}, the next would pass.`,
    program,
    {
      samples: 3,
      samplesMax: 6,
      perInstance: 3,
    },
  );
}

/** The first attempt is reset or closed after the request was read, on a fresh or on a reused connection. */
export function cutOnce(
  target: Target,
  kind: "reset" | "close",
  connection: "fresh" | "reused",
): ExperimentSpec {
  const how = kind === "reset" ? "reset (RST)" : "closed (FIN)";
  return spec(
    target,
    `${kind}-once-${connection}`,
    `The first attempt, on a ${connection} connection, is ${how} after its request was read.`,
    once({ kind }),
    { samples: 4, samplesMax: 8, perInstance: 4, connection },
  );
}

/** The first answer breaks off in its body. */
export function truncateOnce(target: Target): ExperimentSpec {
  const program = once({ kind: "truncate", part: 0.5 });
  return spec(target, "truncate-once", "The first answer breaks off in the middle of its body.", program, {
    samples: 3,
    perInstance: 3,
  });
}

/** The first connection is refused for a moment. */
export function refuseOnce(target: Target): ExperimentSpec {
  const program = once({ kind: "refuse", forMs: refusedForMs });
  return spec(target, "refuse-once", `Connections are refused for ${refusedForMs} ms.`, program, {
    samples: 3,
    perInstance: 3,
    connection: "fresh",
  });
}

/** No answer to any attempt. */
export function silence(target: Target): ExperimentSpec {
  const horizonMs = Math.max(callHorizonMs(target), horizonOf(attemptLimit(target).value));
  return spec(target, "hang-forever", "No attempt gets an answer.", forever({ kind: "hang" }), {
    ...longWatch(target, horizonMs),
    ...twoWaits,
    lingerMs: 2_600,
  });
}

/** Every attempt gets its head at once and then one byte at a time. */
export function trickle(target: Target): ExperimentSpec {
  const everyMs = Math.round(Math.min(400, Math.max(200, attemptLimit(target).value / 2)));
  const summary = `Every attempt gets its head at once, then one byte every ${everyMs} ms.`;
  return spec(target, "drip-forever", summary, forever({ kind: "drip", everyMs }), {
    ...longWatch(target, callHorizonMs(target)),
    ...twoWaits,
  });
}

/**
 * Waiting costs no core and a start costs one for its whole length, so two calls that wait for nothing share an instance. Only where each
 * attempt is judged by itself: a call that the first of them left a mark on must not change the verdict.
 */
const twoWaits = { perInstance: 2, instanceMs: 6_000 } as const;

/** How a reply can be lost after the provider has executed. */
export const lostReplyWays = ["reset", "close", "503", "504", "hang"] as const;

/** The provider executes the first attempt, and the consumer never hears of it. */
export function lostReply(target: Target, way: (typeof lostReplyWays)[number]): ExperimentSpec {
  const fault =
    way === "503" || way === "504"
      ? { kind: "lost-reply", how: "status", status: Number(way) }
      : { kind: "lost-reply", how: way };
  const heard = { reset: "a reset", close: "a close", "503": "a 503", "504": "a 504", hang: "nothing" }[way];
  const summary = `The provider executes the first attempt; the consumer gets ${heard} instead of the reply.`;
  const base = spec(target, `lost-reply-${way}`, summary, once(fault), {
    samples: 4,
    samplesMax: 8,
    perInstance: 4,
    lingerGaps: 3,
  });
  return way === "hang" ? { ...base, ...longWatch(target, callHorizonMs(target)) } : base;
}

/** Whether a sample is one call, and not made in a way of its own. */
export function isOneCall({ procedure }: Pick<ExperimentSpec, "procedure">): boolean {
  return procedure === undefined || procedure.kind === "one-call";
}

/** An experiment with the usual settings where `settings` says nothing else. */
export function spec(
  target: Target,
  name: string,
  summary: string,
  program: FaultProgram,
  settings: Settings,
): ExperimentSpec {
  return {
    name,
    summary,
    program,
    samples: 3,
    samplesMax: settings.samples ?? 3,
    horizonMs: callHorizonMs(target),
    connection: "any",
    perInstance: 2,
    quiet: false,
    lingerGaps: 1,
    expectedMs: 20 + expectedWaitsMs(target),
    ...settings,
  };
}

/** A call that may hang until its horizon has an instance to itself, and few samples where the watch is long. */
export function longWatch(target: Target, horizonMs: number): Settings {
  const attempt = attemptLimit(target);
  const attempts = target.integration.policy.retry?.attempts ?? 1;
  const expected = attempt.declared ? attempt.value * attempts + expectedWaitsMs(target) : horizonMs;
  const deadline = deadlineLimit(target);
  const samples = horizonMs > 15_000 ? 3 : 5;
  return {
    samples,
    samplesMax: samples * 2,
    perInstance: 1,
    horizonMs,
    expectedMs: Math.min(horizonMs, expected, deadline.declared ? deadline.value : Number.POSITIVE_INFINITY),
  };
}
