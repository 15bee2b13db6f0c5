import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, statusOnce } from "../experiments.ts";
import { cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, ObservedCall, Target } from "../model.ts";
import { type Difference, differencesOf, repeats } from "../request-differences.ts";
import { callsSentAgain, experimentNames, faultedCalls } from "../sent-again.ts";
import { zeroBound } from "../stats.ts";

/** Is what is sent again what was sent the first time? */
export const resendsIdenticalRequest: Check<null> = defineCheck<null>({
  id: "resends-identical-request",
  item: "reliability/retries",
  question: "Does every attempt of a call send the same request?",
  rule: "All attempts of a call that only a transient failure made necessary have the same method, path and body, and none loses its content type or its authorization. Another query or other headers that change are advice. Free to change: trace and request ids, attempt counters, times that are left, dates, nonces and signatures, a fresh token, how a message is framed and forwarded, bodies in parts or compressed as long as there is one; keys are for the checks of keys.",
  source:
    "WASABI's consumed request streams (SOSP 2024); RFC 9110 §9.2.2; holdfast guide resends-identical-request",
  required: false,
  countsAttempts: true,
  about: () => null,
  commitment: policyPath("retry"),
  plan: (_, target) => [statusOnce(target, 503), cutOnce(target, "reset", "fresh")],
  needs: () => [],
  judge: (_, evidence, target) => {
    const calls = callsSentAgain(evidence).filter((call) => repeats(call).length > 1);
    if (calls.length === 0) {
      const tried = faultedCalls(evidence);
      if (tried.length < callsMin)
        return say("inconclusive", "nothing failed, so nothing could be sent again", tried);
      return say("not-applicable", `nothing was sent again in ${many(tried.length, "failing call")}`, tried);
    }
    const changed = calls
      .map((call): Changed => ({ call, differences: differencesOf(call, target.operation) }))
      .filter(({ differences }) => differences.length > 0);
    if (changed.length > 0) return differs(changed, calls, target);
    const because = `the same request on all attempts in ${many(calls.length, "call")} that were sent again (${experimentNames(calls)})`;
    if (calls.length < callsMin) return say("inconclusive", `${because}; ${callsMin} are needed`, calls);
    return say("pass", because, calls, { bound: zeroBound(calls.length) });
  },
});

const callsMin = 3;

interface Changed {
  readonly call: ObservedCall;
  readonly differences: readonly Difference[];
}

function differs(changed: readonly Changed[], calls: readonly ObservedCall[], target: Target): Judgement {
  const grave = changed.filter(({ differences }) => differences.some(({ kind }) => kind === "request"));
  const shown = grave.length > 0 ? grave : changed;
  const kind = grave.length > 0 ? "request" : "header";
  const what = new Set(
    shown.flatMap(({ differences }) => differences.filter((one) => one.kind === kind).map((one) => one.what)),
  );
  const told = [...what].slice(0, 4).join(", ");
  const because = `in ${shown.length} of ${many(calls.length, "call")} that were sent again a later attempt had ${told}`;
  return say(kind === "request" ? "fail" : "advice", because, calls, {
    severity: severityOf(target, kind === "request" ? "harm" : "advice") ?? "medium",
    diagnosis: diagnosisOf(what),
    evidence: shown
      .slice(0, 3)
      .map(({ call, differences }) => cite(call, differences.map((one) => one.what).join(", "))),
  });
}

function diagnosisOf(what: ReadonlySet<string>): string {
  if (what.has("an empty body"))
    return "The body is a stream that the first attempt has read to its end: what is sent again asks for nothing, or for something else.";
  if ([...what].some((one) => one.startsWith("no ")))
    return "What is repeated is not the request as it was sent: something that was added to it on its way (an interceptor, a default header) is not added again.";
  return "The request is built anew for every attempt, from something that changes meanwhile.";
}
