import type { Judgement } from "../model.ts";
import type { NaturalCall, TrafficView } from "./model.ts";
import { open } from "./words.ts";

/** From here on a machine makes timeouts late and waits alike; a verification refuses verdicts about times as well. */
const busyP99Ms = 50;
/** A call that takes longer than this to its first attempt shows that the machine stood still. */
const stallMs = 20;
/** Around a call so much counts as its time, and so many calls must have begun in it to know how the machine was. */
const marginMs = 50;
const neighboursMin = 3;

/** Calls by which waits can be judged, or why there are too few: those of a calm machine, or of its calm moments. */
export function calmCalls(
  view: TrafficView,
  calls: readonly NaturalCall[],
  least: number,
): { readonly view: TrafficView; readonly calls: readonly NaturalCall[] } | Judgement {
  const { noise } = view;
  if (noise.samples > 0 && noise.p99Ms <= busyP99Ms) return { view, calls };
  const calm = inCalmMoments(view, calls);
  if (calm.length < least) {
    return open(
      `of ${calls.length} calls ${calm.length} were made while other calls show that the machine kept up, ${least} are needed`,
      calls,
    );
  }
  const quiet = { ...noise, sigmaMs: 1, p50Ms: 1, p99Ms: stallMs, maxMs: stallMs };
  return { view: { ...view, noise: quiet }, calls: calm };
}

/** Calls during which others came in, and none of those was late. */
function inCalmMoments({ calls: all }: TrafficView, calls: readonly NaturalCall[]): NaturalCall[] {
  const ways = all.flatMap(wayOf);
  return calls.filter(({ attempts, watchedUntilMs }) => {
    const fromMs = (attempts[0]?.arrivedMs ?? 0) - marginMs;
    const toMs = watchedUntilMs + marginMs;
    const around = ways.filter((way) => way.toMs >= fromMs && way.fromMs <= toMs);
    return around.length > neighboursMin && around.every((way) => way.toMs - way.fromMs <= stallMs);
  });
}

/** From the request of the caller to the first attempt: a way without a wait. */
export function wayOf({
  caller,
  attempts,
}: NaturalCall): { readonly fromMs: number; readonly toMs: number }[] {
  const [first] = attempts;
  if (first === undefined || caller === null || caller.startMs === null) return [];
  return [{ fromMs: caller.startMs, toMs: Math.max(caller.startMs, first.arrivedMs) }];
}
