import { gapsOf } from "../../attempts.ts";
import { backsOff as check } from "../../checks/backs-off.ts";
import { judgeOne } from "../../judge.ts";
import { median } from "../../stats.ts";
import { calmCalls } from "../calm.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf, metOutage, wasAskedToWait } from "../natural-evidence.ts";
import { open, tooFew, uncountable, untimed } from "../words.ts";

/** As many as a verification makes. */
const retriedMin = 12;
/** Waits of a second and more may be what the provider asked for, where the log does not show whether it did. */
const askedFromMs = 900;

/** Do the waits between attempts exist, and do they grow? */
export const backsOff: PassiveRule = {
  check: "backs-off",
  says: ["pass", "fail", "advice"],
  needs:
    "12 calls that were tried again two times and more while the provider answered 5xx without Retry-After, with times to a few milliseconds.",
  judge: (view) => {
    const gap = uncountable(view);
    if (gap !== null) return gap;
    if (!view.shows.times) return open(untimed(view.shows));
    const calls = metOutage(view.calls).filter((call) => !wasAskedToWait(call));
    const retried = calls.filter(({ attempts }) => attempts.length > 2);
    if (retried.length < retriedMin) {
      return tooFew(retried, "that tried again two times and more while the provider was down", retriedMin);
    }
    const calm = calmCalls(view, retried, retriedMin);
    if ("verdict" in calm) return calm;
    const found = judgeOne(check, evidenceOf(calm.view, { "503-forever": calm.calls }), view.target);
    const waitMs = median(calm.calls.flatMap(({ attempts }) => gapsOf(attempts)));
    const hidden = !view.shows.headers.has("answer:retry-after");
    if ((found.verdict === "fail" || found.verdict === "advice") && hidden && waitMs >= askedFromMs) {
      return open(
        `${found.because}; whether the provider asked for these waits is not in the log (Retry-After)`,
        retried,
      );
    }
    return found;
  },
};
