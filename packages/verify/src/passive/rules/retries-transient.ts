import type { Judgement } from "../../model.ts";
import { judgeRecovery, type Part } from "../../recovery.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf, isolated, metOnce, wasAskedToWait } from "../natural-evidence.ts";
import { leastCalls, open, tooFew, trustingKeys, uncountable, unproven } from "../words.ts";

/** The two failures that a verification tries. */
const failures = [
  { failure: "503", words: "503", experiment: "503-once" },
  { failure: "reset", words: "reset", experiment: "reset-once-fresh" },
] as const;

/** Does a call survive one transient failure? */
export const retriesTransient: PassiveRule = {
  check: "retries-transient",
  says: ["pass", "fail", "advice"],
  needs:
    "20 calls whose first attempt met a 503, and 20 that met a reset, while the provider was well otherwise; a fail takes one of both. All of them must have done the same.",
  judge: (view) => {
    const gap = uncountable(view) ?? unproven(view);
    if (gap !== null) return gap;
    const calls = isolated(view.calls).filter((call) => !wasAskedToWait(call));
    const parts = failures.map((one): Part & { readonly experiment: string } => ({
      ...one,
      ...recoveryOf(metOnce(calls, one.failure)),
    }));
    const full = parts.filter((part) => part.calls.length >= leastCalls);
    if (full.length === 0)
      return tooFew(parts[0]?.calls ?? [], "whose first attempt alone met a 503", leastCalls);
    return judged(view, parts, full);
  },
};

function judged(
  view: TrafficView,
  parts: readonly (Part & { readonly experiment: string })[],
  full: readonly (Part & { readonly experiment: string })[],
): Judgement {
  const mixed = full.find(({ recovered, calls }) => recovered > 0 && recovered < calls.length);
  const all = full.flatMap((part) => part.calls);
  if (mixed !== undefined) {
    return open(
      `after one ${mixed.words}, ${mixed.recovered} of ${mixed.calls.length} calls recovered; a budget, a breaker or the time left may have held the others back, which traffic alone does not tell`,
      all,
    );
  }
  const target = trustingKeys(view);
  const evidence = evidenceOf(
    view,
    Object.fromEntries(full.map((part) => [part.experiment, natural(part.calls)])),
  );
  const found = judgeRecovery(full, target.integration.policy, evidence, target);
  const missing = parts.filter((part) => !full.includes(part));
  if (found.verdict !== "pass" || missing.length === 0) return found;
  const seen = missing.map((part) => `${part.calls.length} that met a ${part.words}`).join(" and ");
  return open(`${found.because}; but only ${seen} were seen, ${leastCalls} are needed`, all);
}

function natural(calls: Part["calls"]): readonly NaturalCall[] {
  return calls as readonly NaturalCall[];
}

function recoveryOf(calls: readonly NaturalCall[]): Pick<Part, "calls" | "retried" | "recovered"> {
  const retried = calls.filter(({ attempts }) => attempts.length > 1);
  return {
    calls,
    retried: retried.length,
    recovered: retried.filter((call) => call.outcome === "succeeded").length,
  };
}
