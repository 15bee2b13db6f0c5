import type { Details } from "../judgement.ts";
import { many, percent, say } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Judgement, ObservedCall, Target } from "../model.ts";
import type { Shows, TrafficView } from "./model.ts";

/** A verdict that stays open, and what would decide it. */
export function open(because: string, calls: readonly ObservedCall[] = [], details: Details = {}): Judgement {
  return say("inconclusive", because, calls, details);
}

/** `3 calls with a 503 were seen, 20 are needed`. */
export function tooFew(calls: readonly ObservedCall[], what: string, least: number): Judgement {
  const were = calls.length === 1 ? "was" : "were";
  return open(`${many(calls.length, "call")} ${what} ${were} seen, ${least} are needed`, calls);
}

/** So many calls of a kind are looked at before anything is said about what calls do: what none did is below 14 % then. */
export const leastCalls = 20;

/** Calls without a failure that make several requests of the operation: attempts cannot be counted where they are usual. */
const severalMax = 0.05;

/** Why attempts cannot be counted here, or `null`. */
export function uncountable({ severalShare, target, shows, calls }: TrafficView): Judgement | null {
  if (shows.source === null || calls.length === 0) {
    return open(
      "no request of the operation could be tied to a call: log a trace id or a request id with each",
    );
  }
  if (severalShare <= severalMax) return null;
  return open(
    `${percent(severalShare)} of calls without a failure make several requests of ${target.operation.name}, so attempts cannot be told from them`,
  );
}

/** Why times of attempts cannot be compared. */
export function untimed({ source, resolutionMs }: Pick<Shows, "source" | "resolutionMs">): string {
  return source === "log"
    ? "the application's log says when an attempt ended, not when it began; add an access log or spans of its requests"
    : `times are written to ${millis(resolutionMs)} only`;
}

/** Why what was not seen may have happened all the same, or `null`. */
export function unproven({ link }: TrafficView): Judgement | null {
  return link.proven ? null : open(link.because);
}

/** The key is a commitment of the contract that these sources do not show: what depends on it is judged as if it were kept. */
export function trustingKeys({ target, shows }: TrafficView): Target {
  const { operation, integration } = target;
  const key = operation.idempotencyKey;
  if (key === null || shows.headers.has(key)) return target;
  return { ...target, integration: { ...integration, policy: { ...integration.policy, idempotent: true } } };
}

/** From here on a machine makes timeouts late. */
const busyP99Ms = 50;

/** A finding about times that a busy machine could have made stays open. */
export function ifCalm(found: Judgement, { noise }: TrafficView): Judgement {
  if (found.verdict !== "fail" && found.verdict !== "advice") return found;
  if (noise.samples === 0) {
    const why =
      "how late the machine was is not known, for no call that came in was seen beside its attempts";
    return { ...found, verdict: "inconclusive", because: `${found.because}; but ${why}` };
  }
  if (noise.p99Ms <= busyP99Ms) return found;
  const late = `one call in a hundred took ${millis(noise.p99Ms)} and more to its first attempt`;
  return {
    ...found,
    verdict: "inconclusive",
    because: `${found.because}; but the machine was busy: ${late}`,
  };
}

/** A machine that stood still for so long makes every timer of a call that late, and a call has several. */
const stallsInACall = 3;

/** What is late by less than twice the limit, or by less than the machine may have been, stays open unless the machine kept up. */
export function ifLateEnough(
  found: Judgement,
  tookMs: number,
  limitMs: number,
  view: TrafficView,
): Judgement {
  const { samples, maxMs } = view.noise;
  const explainedMs = Math.max(2 * limitMs, samples === 0 ? 0 : stallsInACall * maxMs);
  return tookMs - limitMs > explainedMs ? found : ifCalm(found, view);
}
