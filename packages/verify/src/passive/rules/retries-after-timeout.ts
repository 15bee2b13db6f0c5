import { retriesAfterTimeout as check } from "../../checks/retries-after-timeout.ts";
import { judgeOne } from "../../judge.ts";
import type { PassiveRule } from "../model.ts";
import { evidenceOf, isolated, metOnce } from "../natural-evidence.ts";
import { leastCalls, open, tooFew, trustingKeys, uncountable, unproven } from "../words.ts";

/** Does a call survive one attempt that gets no answer? */
export const retriesAfterTimeout: PassiveRule = {
  check: "retries-after-timeout",
  says: ["pass", "fail", "advice"],
  needs:
    "20 calls whose first attempt was given up without an answer while the provider was well otherwise, all of which did the same.",
  judge: (view) => {
    const gap = uncountable(view) ?? unproven(view);
    if (gap !== null) return gap;
    const calls = metOnce(isolated(view.calls), "hang");
    if (calls.length < leastCalls)
      return tooFew(calls, "whose first attempt alone got no answer", leastCalls);
    const recovered = calls.filter(
      ({ kinds, outcome }) => kinds.length > 1 && outcome === "succeeded",
    ).length;
    if (recovered > 0 && recovered < calls.length) {
      return open(
        `after one silence, ${recovered} of ${calls.length} calls recovered; a budget, a breaker or the time left may have held the others back`,
        calls,
      );
    }
    return judgeOne(check, evidenceOf(view, { "lost-reply-hang": calls }), trustingKeys(view));
  },
};
