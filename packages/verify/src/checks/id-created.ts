import type { Scenario } from "@holdfast/contract";
import { headerOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { endedBecause } from "../evidence.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { zeroBound } from "../stats.ts";
import { withMalformedId, withoutId } from "../strange-ids.ts";
import { idIn } from "../trace-headers.ts";

interface Subject {
  /** The header that carries the id. */
  readonly name: string;
  readonly declared: boolean;
}

/** Is an id made where the caller brings none that can be used? */
export const idCreated: Check<Subject> = defineCheck<Subject>({
  id: "id-created",
  item: "operations/correlation",
  question: "When a call brings no id, or a malformed one, does it go out with a new one?",
  rule: "A call without an id, and one whose traceparent is none, succeeds like any other, and every request to the provider carries a valid id, a new one for each call. It applies where an id goes out when one comes in.",
  source:
    "W3C Trace Context §3.3 and §4.3: a header that cannot be read is as good as none, and the trace is restarted; holdfast guide id-created",
  required: false,
  about: ({ contract, scenario }) => {
    const name = contract.service?.correlation ?? "traceparent";
    if (scenario.act.kind === "module")
      return {
        notApplicable: "the module is handed its trace by Holdfast: no request comes in from outside",
      };
    if (setsItself(scenario, name)) return { notApplicable: `the scenario sets ${name} itself` };
    return { name, declared: contract.service?.correlation != null };
  },
  commitment: () => ["service", "correlation"],
  plan: ({ name }, target) =>
    name === "traceparent" ? [withoutId(target), withMalformedId(target)] : [withoutId(target)],
  needs: () => [],
  judge: (subject, evidence, target) => {
    const { name } = subject;
    const usual = evidence.healthy.filter((call) => call.attempts.some((one) => idIn(one, name) !== null));
    if (usual.length === 0) {
      const because = `no id goes out in ${name}, not even when one comes in: that is for id-in-to-out`;
      return say("not-applicable", because, evidence.healthy);
    }
    const parts = [judgePart("without-id", subject, evidence, target)];
    if (name === "traceparent") parts.push(judgePart("malformed-id", subject, evidence, target));
    const worst = (["fail", "advice", "inconclusive"] as const)
      .map((verdict) => parts.find((one) => one.verdict === verdict))
      .find((one) => one !== undefined);
    if (worst !== undefined) return worst;
    const calls = [...callsIn(evidence, "without-id"), ...callsIn(evidence, "malformed-id")];
    const because = parts.map((one) => one.because).join(", ");
    return say("pass", because, calls, { bound: zeroBound(calls.length) });
  },
});

const callsMin = 3;
const brought = { "without-id": "no id", "malformed-id": "a malformed traceparent" } as const;
type Part = keyof typeof brought;

function setsItself({ act }: Scenario, name: string): boolean {
  return act.kind === "http" && Object.keys(act.headers).some((one) => one.toLowerCase() === name);
}

/** The samples, those that ended their service included: nothing else was done to it. */
function callsIn(evidence: Evidence, name: Part): readonly ObservedCall[] {
  const found = evidence.experiments[name];
  const fatal = (found?.setAside ?? []).flatMap(({ because, observed }) =>
    because === endedBecause && observed !== undefined ? [observed] : [],
  );
  return [...(found?.calls ?? []), ...fatal];
}

function judgePart(part: Part, subject: Subject, evidence: Evidence, target: Target): Judgement {
  const calls = callsIn(evidence, part);
  const of = `of ${many(calls.length, "call")} that brought ${brought[part]}`;
  if (calls.length < callsMin) return tooFew(part, calls, of);
  const lost = calls.filter((call) => call.outcome !== "succeeded");
  if (lost.length > calls.length / 2) return refused(part, lost, calls, target);
  if (lost.length > 0)
    return say("inconclusive", `${lost.length} ${of} failed, and the others did not`, calls);
  const reaching = calls.filter((call) => call.attempts.length > 0);
  if (reaching.length < callsMin)
    return say(
      "inconclusive",
      `${reaching.length} ${of} reached the provider, ${callsMin} are needed`,
      calls,
    );
  return judgeSent(part, reaching, subject, target);
}

function judgeSent(
  part: Part,
  calls: readonly ObservedCall[],
  { name, declared }: Subject,
  target: Target,
): Judgement {
  const of = `of ${many(calls.length, "call")} that brought ${brought[part]}`;
  const bare = calls.filter((call) => call.attempts.some((one) => idIn(one, name) === null));
  const severity = severityOf(target, declared ? "broken" : "advice") ?? "medium";
  if (bare.length > 0) {
    const sent = bare.some((call) => call.attempts.some((one) => headerOf(one, name) !== null));
    const how = sent ? `with a ${name} that is none` : `without ${name}`;
    return say(failIf(declared), `${bare.length} ${of} went out ${how}`, calls, {
      severity,
      diagnosis: sent
        ? "What came in is handed on unread: the provider drops it or starts a trace of its own, and the two cannot be joined."
        : "The id is only handed on and never made: what a caller without one asks for cannot be found in anybody's logs.",
      evidence: bare.slice(0, 3).map((call) => cite(call, `sent ${how}`)),
    });
  }
  const ids = new Set(calls.flatMap((call) => call.attempts.slice(0, 1).map((one) => idIn(one, name))));
  if (ids.size < calls.length) {
    return say(
      failIf(declared),
      `${many(calls.length, "call")} that brought ${brought[part]} went out with ${many(ids.size, "id")}`,
      calls,
      {
        severity,
        diagnosis:
          "The id that stands in for a missing one is a constant, or one of the process: it finds every call and so none.",
        evidence: calls.slice(0, 3).map((call) => cite(call, "sent with the id of another call")),
      },
    );
  }
  return say("pass", `${calls.length} ${of} went out with a new ${name} each`, calls);
}

function tooFew(part: Part, calls: readonly ObservedCall[], of: string): Judgement {
  const because = `${calls.length} ${of} were seen, ${callsMin} are needed`;
  if (calls.length === 0) return say("inconclusive", because, calls);
  const more = { experiment: part, samples: callsMin - calls.length, buys: "enough calls" };
  return say("inconclusive", because, calls, { more });
}

function refused(
  part: Part,
  lost: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  // Whoever refuses a caller without an id may mean it; one with an id that cannot be read is to be served.
  const meant =
    part === "without-id" && lost.every(({ status }) => status !== null && status >= 400 && status < 500);
  const statuses = new Set(lost.map(({ status }) => (status === null ? "no answer" : `status ${status}`)));
  const because = `${lost.length} of ${many(calls.length, "call")} that brought ${brought[part]} failed (${[...statuses].join(", ")}), to a healthy provider`;
  return say(meant ? "advice" : "fail", because, calls, {
    severity: severityOf(target, meant ? "advice" : "harm") ?? "high",
    diagnosis: meant
      ? "The service refuses callers that bring no id: whoever calls it by hand, or from outside, is not served."
      : "The code that reads the id takes it for granted: its own caller's mistake becomes a failed call.",
    evidence: lost.slice(0, 3).map((call) => cite(call, call.error ?? `the call ${call.outcome}`)),
  });
}
