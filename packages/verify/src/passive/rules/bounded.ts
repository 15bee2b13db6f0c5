import { faultEndMs, gapsOf } from "../../attempts.ts";
import { bounded as check } from "../../checks/bounded.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import { attemptsLimit, deadlineLimit } from "../../limits.ts";
import type { Judgement, Target } from "../../model.ts";
import { largest } from "../../stats.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf, isolated, metOutage } from "../natural-evidence.ts";
import { open, tooFew, uncountable, unproven } from "../words.ts";

/** As many as a verification makes. */
const stoppedMin = 12;
/** So soon after a call has stopped another one is tried again, where nothing but the count has stopped it. */
const grantedMs = 500;
/** Two calls that were taken for one do not come three times. */
const overMin = 3;

/** Does retrying ever end, and where the contract says? */
export const bounded: PassiveRule = {
  check: "bounded",
  says: ["pass", "fail", "advice"],
  needs:
    "For a fail three calls with more attempts than allowed; for a pass 12 calls that failed for good and stopped at one and the same number with time to spare, each while others were tried again or the provider was well otherwise.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    const limit = attemptsLimit(view.target);
    const failing = view.calls.filter(({ kinds }) => kinds.some((kind) => kind !== null));
    const over = failing.filter(({ attempts }) => attempts.length > limit.value);
    if (over.length >= overMin) return asked(view, over, limit.declared ? over : metOutage(over));
    if (over.length > 0) {
      return open(
        `${many(over.length, "call")} made more than ${limit.value} attempts, ${overMin} are needed`,
        over,
      );
    }
    return unproven(view) ?? stopped(view);
  },
};

function asked(view: TrafficView, over: readonly NaturalCall[], outage: readonly NaturalCall[]): Judgement {
  if (outage.length < overMin) {
    return open(
      `${over.length} calls made more attempts than the default allows, but their provider was not down all the time`,
      over,
    );
  }
  return judgeOne(check, evidenceOf(view, { "503-forever": outage }), view.target);
}

/**
 * A pass takes calls that were ended by the count of their attempts: what the deadline, a budget or a breaker ends shows no count. That none
 * of those did is known by others, which were tried again right after, or by a provider that was well otherwise.
 */
function stopped(view: TrafficView): Judgement {
  const grants = view.calls.flatMap(grantsIn).toSorted((a, b) => a - b);
  const alone = new Set(isolated(view.calls));
  const down = metOutage(view.calls).filter(
    (call) => hadTime(call, view.target) && (alone.has(call) || othersWentOn(call, grants)),
  );
  const most = down.length === 0 ? 0 : largest(down.map(({ attempts }) => attempts.length));
  const atMost = down.filter(({ attempts }) => attempts.length === most);
  if (atMost.length < stoppedMin) {
    return tooFew(
      atMost,
      `that stopped at ${many(most, "attempt")}, with time to spare and no budget or breaker in the way,`,
      stoppedMin,
    );
  }
  return judgeOne(check, evidenceOf(view, { "503-forever": down }), view.target);
}

/** When it was decided that a call is tried again: at the end of each attempt but the last. */
function grantsIn({ attempts }: NaturalCall): number[] {
  return attempts.slice(0, -1).map(faultEndMs);
}

function othersWentOn({ attempts }: NaturalCall, grants: readonly number[]): boolean {
  const last = attempts.at(-1);
  const endMs = last === undefined ? 0 : faultEndMs(last);
  return grants.some((atMs) => atMs > endMs && atMs <= endMs + grantedMs);
}

/** Whether one more attempt, after a wait twice as long as the last, would have had its time. */
function hadTime({ attempts, startedMs }: NaturalCall, target: Target): boolean {
  const last = attempts.at(-1);
  if (last === undefined) return false;
  const endMs = last.faultCompleteMs ?? last.arrivedMs;
  const wait = gapsOf(attempts).at(-1) ?? 0;
  return endMs - startedMs + 2 * (wait + endMs - last.arrivedMs) + 100 <= deadlineLimit(target).value;
}
