import { withoutReplays } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, statusOnce } from "../experiments.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, ObservedCall, Target } from "../model.ts";
import { callsSentAgain, experimentNames, faultedCalls } from "../sent-again.ts";
import { zeroBound } from "../stats.ts";
import { type SpanOnWire, spanOf } from "../trace-headers.ts";

/** Can the attempts of a call be told apart in its trace? */
export const retriesAreSiblings: Check<boolean> = defineCheck<boolean>({
  id: "retries-are-siblings",
  item: "operations/correlation",
  question: "Has each attempt of a call a span of its own, in one trace?",
  rule: "The attempts of a call carry one trace id and different span ids. Another trace on a later attempt breaks the declared correlation; one span id on several attempts is advice, and so is the caller's own. What carries no trace is for id-in-to-out.",
  source:
    "W3C Trace Context §3.4 (a parent-id for each outgoing request); OpenTelemetry HTTP semantic conventions, a client span for each resend; holdfast guide retries-are-siblings",
  required: false,
  countsAttempts: true,
  about: ({ contract, integration }) =>
    integration.layer === "mesh"
      ? { notApplicable: "a mesh sends the request again as the service made it, span and all" }
      : ["traceparent", "b3"].includes(contract.service?.correlation ?? ""),
  commitment: () => ["service", "correlation"],
  plan: (_, target) => [statusOnce(target, 503), cutOnce(target, "reset", "fresh")],
  needs: () => [],
  judge: (declared, evidence, target) => {
    const again = callsSentAgain(evidence);
    const calls = again.filter((call) => spansOf(call).length > 1);
    if (calls.length === 0) {
      const tried = faultedCalls(evidence);
      if (tried.length < callsMin)
        return say("inconclusive", "nothing failed, so nothing could be sent again", tried);
      const because =
        again.length === 0
          ? `nothing was sent again in ${many(tried.length, "failing call")}`
          : `no two attempts of a call carried a trace in ${many(again.length, "call")} that were sent again`;
      return say("not-applicable", because, tried);
    }
    const apart = calls.filter((call) => countOf(call, "traceId") > 1);
    if (apart.length > 0) return otherTrace(apart, calls, declared, target);
    const alike = calls.filter((call) => countOf(call, "spanId") < spansOf(call).length);
    if (alike.length > 0) return oneSpan(alike, calls, target);
    const because = `one trace and a span for each attempt in ${many(calls.length, "call")} that were sent again (${experimentNames(calls)})`;
    if (calls.length < callsMin) return say("inconclusive", `${because}; ${callsMin} are needed`, calls);
    return say("pass", because, calls, { bound: zeroBound(calls.length) });
  },
});

const callsMin = 3;

/** What a transport replays by itself is no attempt that the service could have marked. */
function spansOf(call: ObservedCall): SpanOnWire[] {
  return withoutReplays(call.attempts).flatMap((one) => spanOf(one) ?? []);
}

function countOf(call: ObservedCall, id: keyof SpanOnWire): number {
  return new Set(spansOf(call).map((span) => span[id])).size;
}

function otherTrace(
  apart: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  declared: boolean,
  target: Target,
): Judgement {
  const because = `in ${apart.length} of ${many(calls.length, "call")} that were sent again the attempts belonged to several traces`;
  return say(failIf(declared), because, calls, {
    severity: severityOf(target, declared ? "broken" : "advice") ?? "medium",
    diagnosis:
      "Each attempt starts a trace of its own: whoever looks at the first never sees what became of the call.",
    evidence: apart.slice(0, 3).map((call) => cite(call, `${countOf(call, "traceId")} traces in one call`)),
  });
}

function oneSpan(alike: readonly ObservedCall[], calls: readonly ObservedCall[], target: Target): Judgement {
  const handedOn = alike.every((call) => spansOf(call).every(({ spanId }) => isCallers(call, spanId)));
  const whose = handedOn ? "the span id of their caller" : "one span id";
  const because = `in ${alike.length} of ${many(calls.length, "call")} that were sent again several attempts carried ${whose}`;
  return say("advice", because, calls, {
    severity: severityOf(target, "advice") ?? "low",
    diagnosis: handedOn
      ? "The header is handed on as it came in: the service has no place in the trace, and its attempts cannot be told apart."
      : "The span is started around the retries and not inside them: in the trace, three attempts look like one slow request.",
    evidence: alike
      .slice(0, 3)
      .map((call) => cite(call, `${whose} on ${many(call.attempts.length, "attempt")}`)),
  });
}

function isCallers({ traceparent }: ObservedCall, spanId: string): boolean {
  return typeof traceparent === "string" && traceparent.split("-")[2] === spanId;
}
