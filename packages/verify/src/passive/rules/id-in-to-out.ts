import { idInToOut as check } from "../../checks/id-in-to-out.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import type { Evidence } from "../../model.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { leastCalls, open, unproven } from "../words.ts";

/** Does the caller's trace reach the provider? */
export const idInToOut: PassiveRule = {
  check: "id-in-to-out",
  says: ["pass", "fail", "advice"],
  needs:
    "Access logs of both sides that write the id down: for a pass every call that came in is found on the way out under its id, and no request goes out without one; for a fail another id ties the two together.",
  judge: (view) => {
    const name = view.target.contract.service?.correlation ?? "traceparent";
    const inHeader = name === "x-request-id" ? true : view.shows.headers.has(name);
    if (view.shows.source !== "access-log" || !inHeader)
      return open(`${name} is not written down on the way out`);
    const calls = view.calls.filter(({ callerSeen, traceId }) => callerSeen && traceId !== "");
    const tied = calls.filter(({ tiedByRequest }) => tiedByRequest);
    if (name === "traceparent" && tied.length >= leastCalls) {
      return judgeOne(check, byOutcome(view, tied), view.target);
    }
    const gap = unproven(view);
    if (gap !== null) return gap;
    if (view.link.strays > 0 || view.link.linked < view.link.callers) {
      return open(
        `${many(view.link.strays, "request")} of the operation belong to no call that came in`,
        calls,
      );
    }
    return judgeOne(check, byOutcome(view, calls), view.target);
  },
};

/** Healthy calls are the baseline; those that met a failure stand for the retries that must carry the id too. */
function byOutcome(view: TrafficView, calls: readonly NaturalCall[]): Evidence {
  const failing = calls.filter(({ kinds }) => kinds.some((kind) => kind !== null));
  const healthy = calls.filter(
    (call) => call.kinds.every((kind) => kind === null) && call.outcome === "succeeded",
  );
  return { ...evidenceOf(view, { "503-once": failing }), healthy };
}
