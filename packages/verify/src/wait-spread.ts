import { earlyNoise, earlySpread } from "./early-spread.ts";
import type { Evidence, ObservedCall } from "./model.ts";
import { judgeSpread, noiseWidthMs, processingNoiseMs, type Spread } from "./spread.ts";

/**
 * How waits are spread: by their width, and where the machine makes some of them late, by those that come early. `aroundMs`: times of the
 * same calls that hold no wait.
 */
export function spreadOf(
  columns: readonly (readonly number[])[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
  centre: number,
  aroundMs: readonly number[] = beforeAttempts(calls),
): Spread {
  const seen = judgeSpread(columns, noiseWidthMs(evidence.noise), centre);
  const noisy = isProcessing(seen, aroundMs, centre) ? { ...seen, verdict: "too-noisy" as const } : seen;
  return noisy.verdict === "too-noisy" ? byEarlyHalf(noisy, columns, aroundMs, evidence, centre) : noisy;
}

/** Where the machine makes waits late, those that come early are looked at, beside the times that hold no wait. */
function byEarlyHalf(
  spread: Spread,
  columns: readonly (readonly number[])[],
  aroundMs: readonly number[],
  { noise }: Evidence,
  centre: number,
): Spread {
  const around = earlyNoise(aroundMs);
  const beside = { ...around, halfMs: Math.max(around.halfMs, noise.p50Ms) };
  const early = earlySpread(columns, beside, centre);
  return early === "unclear" ? spread : { ...spread, verdict: early };
}

/** From the start of each call to its first attempt: a path through the same processes that holds no wait. */
export function beforeAttempts(calls: readonly ObservedCall[]): readonly number[] {
  return calls.flatMap((call) => call.attempts.slice(0, 1).map((one) => one.arrivedMs - call.startedMs));
}

/** From the last answer to the end of each call: where every call starts a process, the time before its attempts is the start's. */
export function afterAttempts(calls: readonly ObservedCall[]): readonly number[] {
  return calls.flatMap(({ endedMs, attempts }) => {
    const answeredMs = attempts.at(-1)?.faultCompleteMs ?? null;
    return endedMs === null || answeredMs === null || answeredMs > endedMs ? [] : [endedMs - answeredMs];
  });
}

/** Whether what looks like jitter may be the consumer's own work, which varies as much without a wait. */
function isProcessing({ verdict, widestMs }: Spread, aroundMs: readonly number[], centre: number): boolean {
  return verdict === "spread" && widestMs < processingNoiseMs(aroundMs, centre);
}
