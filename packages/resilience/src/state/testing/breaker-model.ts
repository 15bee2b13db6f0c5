import type { BreakerSettings, BreakerState } from "../breaker-settings.ts";

/** What can happen to a breaker; flights go by number. */
export type BreakerEvent =
  | { readonly do: "look" }
  | { readonly do: "admit"; readonly who: number }
  | {
      readonly do: "settle";
      readonly who: number;
      readonly outcome: "success" | "failure" | "neutral";
      readonly hintMs: number;
    }
  | { readonly do: "force"; readonly to: "open" | "closed" | "disabled" | null }
  /** The process ends and starts again, with the state that was saved. */
  | { readonly do: "restart" };

interface Attempt {
  readonly who: number;
  /** The number of the era that let it pass, or `null` if nobody listens to it. */
  readonly era: number | null;
  readonly startedMs: number;
}

interface End {
  readonly attempt: Attempt;
  readonly atMs: number;
  readonly outcome: "success" | "failure" | "neutral";
  readonly hintMs: number;
}

/** All that ever happened to a breaker. */
export interface BreakerHistory {
  readonly state: BreakerState;
  readonly era: number;
  readonly nowMs: number;
  readonly openUntilMs: number;
  readonly openings: number;
  readonly attempts: readonly Attempt[];
  /** The results that were heard, in their order. */
  readonly ends: readonly End[];
  /** Every change of state with its reason. */
  readonly changes: readonly Change[];
}

/** A change of state: what is told of it, and why it came about. */
export interface Change {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly atMs: number;
  readonly why: string;
}

/** What is added to a reason when the provider asked for a longer time. */
export const longer = ", and longer as the provider asked";

/** The history of a new breaker. */
export function noHistory({ mode }: BreakerSettings): BreakerHistory {
  return {
    state: mode === "off" ? "disabled" : "closed",
    era: 0,
    nowMs: Number.NEGATIVE_INFINITY,
    openUntilMs: 0,
    openings: 0,
    attempts: [],
    ends: [],
    changes: [],
  };
}

/** The settings, and the chance that every opening draws: a number by which its time is multiplied. */
export interface BreakerWorld {
  readonly settings: BreakerSettings;
  readonly nextSpread: () => number;
}

/** The history after an event at a time, and whether an attempt was let pass. */
export function breakerModel(
  before: BreakerHistory,
  event: BreakerEvent,
  atMs: number,
  world: BreakerWorld,
): { readonly history: BreakerHistory; readonly passes: boolean } {
  const history = { ...before, nowMs: Math.max(before.nowMs, atMs) };
  if (event.do === "settle") return { history: settled(history, event, world), passes: false };
  const now = caughtUp(history, world);
  if (event.do === "look") return { history: now, passes: passes(now, world) };
  if (event.do === "force") return { history: forced(now, event.to, world), passes: false };
  if (event.do === "restart") return { history: restarted(now, world), passes: false };
  const era = now.state === "closed" || placeForProbe(now, world) ? now.era : null;
  const attempt = { who: event.who, era, startedMs: now.nowMs };
  return { history: { ...now, attempts: [...now.attempts, attempt] }, passes: passes(now, world) };
}

/** Whether an attempt would be let pass. */
export function passes(history: BreakerHistory, { settings }: BreakerWorld): boolean {
  if (settings.mode !== "on") return true;
  return ["closed", "disabled"].includes(history.state) || placeForProbe(history, { settings });
}

/** The wait until an attempt would be let pass. */
export function retryAfterModel(history: BreakerHistory, world: BreakerWorld): number {
  if (passes(history, world)) return 0;
  if (history.state === "forced-open") return Number.POSITIVE_INFINITY;
  if (history.state === "open") return history.openUntilMs - history.nowMs;
  const expiries = leases(history, world.settings).map(
    ({ startedMs }) => startedMs + world.settings.probeWaitMs,
  );
  return Math.min(...expiries) - history.nowMs;
}

function settled(
  history: BreakerHistory,
  event: BreakerEvent & { do: "settle" },
  world: BreakerWorld,
): BreakerHistory {
  const { settings } = world;
  const attempt = history.attempts.findLast(({ who }) => who === event.who);
  if (attempt === undefined || attempt.era !== history.era || isEnded(history, attempt)) return history;
  const isProbe = history.state === "half-open";
  if (isProbe && history.nowMs >= attempt.startedMs + settings.probeWaitMs) return history;
  const { outcome, hintMs } = event;
  const heard = { ...history, ends: [...history.ends, { attempt, atMs: history.nowMs, outcome, hintMs }] };
  return isProbe ? roundJudged(heard, world) : callsJudged(heard, world);
}

function caughtUp(history: BreakerHistory, world: BreakerWorld): BreakerHistory {
  const judged = history.state === "closed" ? callsJudged(history, world) : history;
  const isOver = judged.state === "open" && judged.nowMs >= judged.openUntilMs;
  return isOver ? changed(judged, "half-open", "its time was over") : judged;
}

function callsJudged(history: BreakerHistory, world: BreakerWorld): BreakerHistory {
  const { settings } = world;
  const { nowMs } = history;
  const results = endsOfEra(history).filter(({ outcome }) => outcome !== "neutral");
  const bucketOf = (atMs: number): number => Math.floor(atMs / (settings.windowMs / 10));
  const counted =
    settings.windowCalls > 0
      ? results.slice(-settings.windowCalls)
      : results.filter(({ atMs }) => bucketOf(atMs) > bucketOf(nowMs) - 10);
  const overdue = attemptsOfEra(history).filter(
    (attempt) => !isEnded(history, attempt) && nowMs - attempt.startedMs > settings.slowOverMs,
  );
  const failures = counted.filter(({ outcome }) => outcome === "failure").length;
  const slow = counted.filter(({ attempt, atMs }) => atMs - attempt.startedMs > settings.slowOverMs).length;
  const calls = counted.length + overdue.length;
  const inARow = results.length - 1 - results.findLastIndex(({ outcome }) => outcome !== "failure");
  if (settings.consecutive > 0 && inARow >= settings.consecutive) return opened(history, "in a row", world);
  if (calls === 0 || calls < settings.minCalls) return history;
  if (failures > 0 && failures / calls >= settings.failureRate) return opened(history, "failures", world);
  if (slow > 0 && slow / calls >= settings.slowRate) return opened(history, "slow", world);
  const withOverdue = slow + overdue.length;
  if (withOverdue > 0 && withOverdue / calls >= settings.slowRate) return opened(history, "overdue", world);
  return history;
}

function roundJudged(history: BreakerHistory, world: BreakerWorld): BreakerHistory {
  const { probes, probeSuccess } = world.settings;
  const succeeded = endsOfEra(history).filter(({ outcome }) => outcome === "success").length;
  const failed = endsOfEra(history).filter(({ outcome }) => outcome === "failure").length;
  if (succeeded > 0 && succeeded / probes >= probeSuccess)
    return changed(history, "closed", "probes succeeded");
  const stillPossible = probes - failed;
  if (stillPossible === 0 || stillPossible / probes < probeSuccess)
    return opened(history, "probes failed", world);
  return history;
}

function opened(history: BreakerHistory, why: string, world: BreakerWorld): BreakerHistory {
  const { openBaseMs, openFactor, openCapMs } = world.settings;
  const openings = history.openings + 1;
  let forMs = openBaseMs;
  for (let opening = 1; opening < openings; opening++) forMs = Math.min(openCapMs, forMs * openFactor);
  const ownMs = Math.min(openCapMs, Math.min(openCapMs, forMs) * world.nextSpread());
  const hints = endsOfEra(history)
    .filter(({ outcome }) => outcome === "failure")
    .map(({ atMs, hintMs }) => Math.min(openCapMs, atMs + hintMs - history.nowMs));
  const openUntilMs = history.nowMs + Math.max(ownMs, ...hints);
  const hinted = Math.max(0, ...hints) > ownMs ? longer : "";
  return { ...changed(history, "open", why + hinted), openings, openUntilMs };
}

function forced(
  history: BreakerHistory,
  to: "open" | "closed" | "disabled" | null,
  { settings }: BreakerWorld,
): BreakerHistory {
  const byHand = history.state === "forced-open" || history.state === "disabled";
  if (settings.mode === "off" || (to === null && !byHand)) return history;
  return changed(history, to === "open" ? "forced-open" : (to ?? "closed"), "by hand");
}

/** What was counted and who was in flight is gone, the state is not; the new breaker, which was closed, tells of it. */
function restarted(history: BreakerHistory, { settings }: BreakerWorld): BreakerHistory {
  const { state, openings } = history;
  if (settings.mode === "off") return history;
  const reborn = changed({ ...history, state: "closed" }, state, "restored");
  return { ...reborn, openings };
}

function changed(history: BreakerHistory, to: BreakerState, why: string): BreakerHistory {
  const change = { from: history.state, to, atMs: history.nowMs, why };
  return {
    ...history,
    state: to,
    era: history.era + 1,
    openings: to === "closed" ? 0 : history.openings,
    changes: history.state === to ? history.changes : [...history.changes, change],
  };
}

function placeForProbe(history: BreakerHistory, { settings }: Pick<BreakerWorld, "settings">): boolean {
  const decided = endsOfEra(history).filter(({ outcome }) => outcome !== "neutral").length;
  return history.state === "half-open" && decided + leases(history, settings).length < settings.probes;
}

function leases(history: BreakerHistory, { probeWaitMs }: BreakerSettings): readonly Attempt[] {
  return attemptsOfEra(history).filter(
    (attempt) => !isEnded(history, attempt) && history.nowMs < attempt.startedMs + probeWaitMs,
  );
}

function attemptsOfEra({ attempts, era }: BreakerHistory): readonly Attempt[] {
  return attempts.filter((attempt) => attempt.era === era);
}

function endsOfEra({ ends, era }: BreakerHistory): readonly End[] {
  return ends.filter(({ attempt }) => attempt.era === era);
}

function isEnded({ ends }: BreakerHistory, attempt: Attempt): boolean {
  return ends.some((end) => end.attempt === attempt);
}
