import { defineCheck } from "../define-check.ts";
import { callsOf, cite, many, percent, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, ObservedCall, RequestRecord, Target } from "../model.ts";
import {
  effectsIn,
  type KeyedServed,
  keyedServed,
  servedKeyPath,
  servedName,
  uncountable,
  usualEffects,
} from "../served.ts";
import { sameKeyAtOnce } from "../served-experiments.ts";
import { largest, sum, zeroBound } from "../stats.ts";

/** Fewer requests that came while the first was under way would prove little. */
const racedMin = 30;

/** Do requests that race with one key have one effect? */
export const serialisesConcurrent: Check<KeyedServed> = defineCheck<KeyedServed>({
  id: "serialises-concurrent",
  item: "reliability/idempotency",
  question: "As provider: do simultaneous requests with one key have one effect?",
  rule: "Of twenty equal requests that come while the first is under way (its answer from the provider is held back) exactly one takes effect; the others get its answer, or 409.",
  source:
    "IETF draft-ietf-httpapi-idempotency-key-header-07 §2.6 (409); holdfast guide serialises-concurrent",
  required: false,
  about: keyedServed,
  commitment: servedKeyPath,
  served: servedName,
  plan: (served, target) => [sameKeyAtOnce(target, served)],
  judge: (_, evidence, target) => {
    const calls = callsOf(evidence, "same-key-at-once");
    const usual = usualEffects(evidence, target);
    const doubled = calls.filter((call) => usual > 0 && effectsIn(call, target) > usual);
    if (doubled.length > 0) return raced(doubled, calls, target);
    if (usual === 0) return uncountable(calls);
    const racing = sum(calls.map((call) => racedIn(call).length));
    if (racing < racedMin) {
      const because = `only ${many(racing, "request")} came while the first one of the same key was under way, ${racedMin} are needed`;
      return say("inconclusive", because, calls);
    }
    const none = calls.filter((call) => !call.requests.some((one) => one.expected));
    const fewer = calls.filter((call) => effectsIn(call, target) < usual);
    if (none.length > 0 || fewer.length > 0) {
      const why =
        none.length > 0
          ? `in ${none.length} of ${many(calls.length, "sample")} nobody got the expected answer`
          : `in ${fewer.length} of ${many(calls.length, "sample")} fewer effects than usual were seen`;
      return say("inconclusive", why, calls);
    }
    const odd = calls.flatMap((call) => oddIn(call).map((request) => ({ call, request })));
    if (odd.length > 0) return unclear(odd, calls, target);
    const replayed = sum(calls.map((call) => call.requests.filter((one) => one.expected).length - 1));
    const bound = zeroBound(racing);
    const because = `one effect in each of ${many(calls.length, "sample")}: ${replayed} others got the same answer, ${sum(calls.map((call) => call.requests.filter(isRefusal).length))} were told to wait; 0 of ${racing} racing requests had an effect of their own, which is below ${percent(bound)} with 95 % confidence`;
    return say("pass", because, calls, { bound });
  },
});

/** The requests that were sent before the provider's first answer was let through, the earliest left out. */
function racedIn(call: ObservedCall): RequestRecord[] {
  const [held] = call.attempts;
  const untilMs = held?.response?.firstByteMs ?? held?.consumerClosed?.atMs ?? Number.NEGATIVE_INFINITY;
  const sent = call.requests.toSorted((one, other) => one.startedMs - other.startedMs);
  return sent.slice(1).filter((one) => one.startedMs < untilMs);
}

/** Come back later, or somebody is at it already. */
function isRefusal({ status }: RequestRecord): boolean {
  return status === 409 || status === 425 || status === 429 || status === 503;
}

/** Answers that are neither the one result nor a refusal. */
function oddIn(call: ObservedCall): RequestRecord[] {
  const result = call.requests.find((one) => one.expected)?.answer ?? null;
  return call.requests.filter((one) => !isRefusal(one) && !(one.expected && one.answer === result));
}

function raced(bad: readonly ObservedCall[], calls: readonly ObservedCall[], target: Target): Judgement {
  const most = largest(bad.map((call) => effectsIn(call, target)));
  const each = calls[0]?.requests.length ?? 0;
  const because = `in ${bad.length} of ${many(calls.length, "sample")} ${each} simultaneous requests with one key took effect more than once, up to ${most} times`;
  return say("fail", because, calls, {
    estimate: { name: "effects of one key", value: most, unit: "effects" },
    limit: { name: "effects", value: 1, unit: "effects" },
    severity: severityOf(target, "harm") ?? "critical",
    diagnosis:
      "The key is looked up and stored in two steps: whoever comes between them finds nothing and does the work too.",
    evidence: bad
      .slice(0, 3)
      .map((call) =>
        cite(call, `${effectsIn(call, target)} effects of ${call.requests.length} requests with one key`),
      ),
  });
}

function unclear(
  odd: readonly { readonly call: ObservedCall; readonly request: RequestRecord }[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const what = [
    ...new Set(
      odd.map(({ request }) =>
        request.expected ? "another result" : (request.status ?? request.error ?? "no answer"),
      ),
    ),
  ].join(", ");
  const all = sum(calls.map((call) => call.requests.length));
  const because = `one effect in each of ${many(calls.length, "sample")}, but ${odd.length} of ${many(all, "request")} got ${what} instead of the one result or 409`;
  return say("advice", because, calls, {
    severity: severityOf(target, "advice") ?? "medium",
    diagnosis:
      "Whoever comes second runs into the first one's lock or constraint and is not told what that means.",
    evidence: odd
      .slice(0, 3)
      .map(({ call, request }) =>
        cite(call, `request ${request.number} got ${request.status ?? request.error ?? "no answer"}`),
      ),
  });
}
