import { parseTraceparent } from "@holdfast/core";
import { headerOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { healthyCalls, statusOnce } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import type { Attempt, Check, ObservedCall } from "../model.ts";
import { zeroBound } from "../stats.ts";

/** Does the caller's trace reach the provider? */
export const idInToOut: Check<string | null> = defineCheck<string | null>({
  id: "id-in-to-out",
  item: "operations/correlation",
  question: "Does the id that a request came in with go out to the provider?",
  rule: "Every outgoing request, retries included, carries a traceparent with the incoming trace id (and a span of its own), or the declared correlation header with the incoming value.",
  source: "W3C Trace Context §3.2 and §3.4; holdfast guide id-in-to-out",
  required: true,
  about: ({ contract }) => contract.service?.correlation ?? null,
  commitment: () => ["service", "correlation"],
  plan: (_, target) => [healthyCalls(target), statusOnce(target, 503)],
  needs: () => [],
  judge: (declared, evidence, target) => {
    const calls = [...evidence.healthy, ...callsOf(evidence, "503-once")].filter(
      (call) => call.attempts.length > 0,
    );
    const name = declared ?? "traceparent";
    const lost = calls.filter((call) => call.attempts.some((one) => !carriesId(one, call, name)));
    if (lost.length === 0) {
      if (calls.length < callsMin) {
        const because = `the id went out in all of ${many(calls.length, "call")}; ${callsMin} are needed`;
        const more = { experiment: "healthy", samples: callsMin - calls.length, buys: "enough calls" };
        return say("inconclusive", because, calls, { more });
      }
      const because = `${name} went out with the id of the incoming request in all ${calls.length} calls`;
      return say("pass", because, calls, { bound: zeroBound(calls.length) });
    }
    const present = lost.filter((call) => call.attempts.some((one) => headerOf(one, name) !== null));
    const how = present.length === lost.length ? "with another id" : `without ${name}`;
    const standing = declared === null ? " (no correlation is declared)" : "";
    const because = `${lost.length} of ${many(calls.length, "call")} went out ${how}${standing}`;
    return say(failIf(declared !== null), because, calls, {
      severity: severityOf(target, declared === null ? "advice" : "broken") ?? "medium",
      diagnosis:
        present.length === lost.length
          ? "A new trace is started on the way out instead of continuing the one that came in."
          : "The id is not handed on from the incoming request to the outgoing one, so the provider's logs cannot be joined with ours.",
      evidence: lost.slice(0, 3).map((call) => cite(call, `sent ${how}`)),
    });
  },
});

/** Calls that it takes to say that the id always goes out. */
const callsMin = 20;

function carriesId(attempt: Attempt, call: ObservedCall, name: string): boolean {
  const value = headerOf(attempt, name);
  if (value === null) return false;
  if (name !== "traceparent")
    return value === call.correlation || value === call.id || value.includes(call.traceId);
  return parseTraceparent(value)?.traceId === call.traceId;
}
