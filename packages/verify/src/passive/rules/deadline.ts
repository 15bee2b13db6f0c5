import { cite, failIf, many, say, severityOf } from "../../judgement.ts";
import { deadlineLimit, limitText, millis } from "../../limits.ts";
import { largest } from "../../stats.ts";
import type { NaturalCall, PassiveRule } from "../model.ts";
import { ifLateEnough, leastCalls, open, tooFew, uncountable, untimed } from "../words.ts";

/** Two calls that were taken for one do not come three times. */
const lateMin = 3;

/** Does the caller get an answer in time, whatever the provider does? */
export const deadline: PassiveRule = {
  check: "deadline",
  says: ["fail", "advice"],
  needs:
    "Three calls whose attempts, first to last, took longer than the deadline, and than the machine explains. A pass takes a provider that is silent and one that trickles its answers, which does not happen by itself often enough.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    if (!view.shows.times) return open(untimed(view.shows));
    const limit = deadlineLimit(view.target);
    const allowedMs = limit.value + Math.max(250, 0.05 * limit.value) + view.shows.resolutionMs;
    const failing = view.calls.filter(({ kinds }) => kinds.some((kind) => kind !== null));
    const late = failing.filter((call) => spanMs(call) > allowedMs);
    if (late.length >= lateMin) {
      const longest = largest(late.map(spanMs));
      const because = `the attempts of ${late.length} of ${many(failing.length, "call")} that met a failure took up to ${millis(longest)}, against ${limitText(limit)}`;
      const found = say(failIf(limit.declared), because, failing, {
        estimate: { name: "the longest call took at least", value: longest, unit: "ms" },
        limit: { name: "deadline", value: limit.value, unit: "ms" },
        severity: severityOf(view.target, limit.declared ? "broken" : "advice") ?? "high",
        diagnosis:
          "Nothing bounds the whole call: attempt timeouts and waits add up to more than the deadline.",
        evidence: late.slice(0, 3).map((call) => cite(call, `took ${millis(spanMs(call))}`)),
      });
      const ofLeast = late.map(spanMs).toSorted((a, b) => b - a)[lateMin - 1] ?? 0;
      return ifLateEnough(found, ofLeast, limit.value, view);
    }
    if (failing.length < leastCalls) return tooFew(failing, "that met a failure", leastCalls);
    const because = `no more than ${late.length} of ${many(failing.length, "call")} that met a failure outlived ${limitText(limit)}; what they do while an answer trickles does not show in traffic`;
    return open(because, failing);
  },
};

/** From the first attempt to the end of the last: what the call took at least, whatever else the service did in it. */
function spanMs({ attempts }: NaturalCall): number {
  const first = attempts[0]?.arrivedMs ?? 0;
  return (
    largest(attempts.map((one) => one.faultCompleteMs ?? one.response?.completeMs ?? one.arrivedMs)) - first
  );
}
