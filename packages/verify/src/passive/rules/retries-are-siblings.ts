import { retriesAreSiblings as check } from "../../checks/retries-are-siblings.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import { spanOf } from "../../trace-headers.ts";
import type { NaturalCall, PassiveRule } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { leastCalls, open, tooFew, uncountable, unproven } from "../words.ts";

/** One may be a line that was written twice. */
const alikeMin = 3;

/** Can the attempts of a call be told apart in its trace? */
export const retriesAreSiblings: PassiveRule = {
  check: "retries-are-siblings",
  says: ["pass", "advice"],
  needs:
    "traceparent of every attempt in an access log: three calls with one span on several attempts, or 20 with a span for each and no request that belongs to no call.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    if (view.shows.source !== "access-log" || !view.shows.headers.has("traceparent")) {
      return open("traceparent is not written down for each attempt");
    }
    const again = view.calls.filter(
      ({ attempts }) => attempts.filter((one) => spanOf(one) !== null).length > 1,
    );
    const alike = again.filter((call) => spansIn(call).size < call.attempts.length);
    if (alike.length > 0 && alike.length < alikeMin) {
      return open(
        `${many(alike.length, "call")} had one span on several attempts, ${alikeMin} are needed`,
        alike,
      );
    }
    if (alike.length === 0) {
      if (again.length < leastCalls) return tooFew(again, "with a trace that were made again", leastCalls);
      const lost = unproven(view);
      if (lost !== null) return lost;
      if (view.link.strays > 0)
        return open(`${many(view.link.strays, "request")} of the operation belong to no call that came in`);
    }
    return judgeOne(check, evidenceOf(view, { natural: again }), view.target);
  },
};

function spansIn({ attempts }: NaturalCall): ReadonlySet<string> {
  return new Set(attempts.map((one) => spanOf(one)?.spanId ?? ""));
}
