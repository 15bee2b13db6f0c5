import { gapsOf } from "../../attempts.ts";
import { jitters as check } from "../../checks/jitters.ts";
import { judgeOne } from "../../judge.ts";
import { median } from "../../stats.ts";
import { calmCalls } from "../calm.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf, metOutage, wasAskedToWait } from "../natural-evidence.ts";
import { open, tooFew, uncountable, untimed } from "../words.ts";

/** As many as a verification makes. */
const retriedMin = 12;
const askedFromMs = 900;

/** Do callers that failed together come back apart? */
export const jitters: PassiveRule = {
  check: "jitters",
  says: ["fail", "advice"],
  needs:
    "12 calls that were tried again while the provider answered 5xx without Retry-After, with times to a few milliseconds. A pass takes instances that were started side by side.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    if (!view.shows.times) return open(untimed(view.shows));
    const calls = metOutage(view.calls).filter((call) => !wasAskedToWait(call) && call.attempts.length > 1);
    if (calls.length < retriedMin)
      return tooFew(calls, "that tried again while the provider was down", retriedMin);
    const calm = calmCalls(view, calls, retriedMin);
    if ("verdict" in calm) return calm;
    const found = judgeOne(check, evidenceOf(calm.view, { "503-forever": calm.calls }), view.target);
    if (found.verdict === "pass") {
      return {
        ...found,
        verdict: "inconclusive",
        because: `${found.because}; whether instances share one sequence is not in the log`,
      };
    }
    const waitMs = median(calls.flatMap(({ attempts }) => gapsOf(attempts)));
    const hidden = !view.shows.headers.has("answer:retry-after") && waitMs >= askedFromMs;
    if ((found.verdict === "fail" || found.verdict === "advice") && hidden) {
      return open(
        `${found.because}; whether the provider asked for these waits is not in the log (Retry-After)`,
        calls,
      );
    }
    return found;
  },
};
