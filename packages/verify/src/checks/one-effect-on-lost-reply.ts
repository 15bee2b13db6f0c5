import { isIdempotent, methodOf } from "../attempts.ts";
import { operationPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { effectsOf, executedIn, moreThanOnce, usualEffects } from "../effects.ts";
import { lostReply, lostReplyWays, outage } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, zeroBound } from "../stats.ts";

/** Does it happen once when the answer is lost? */
export const oneEffectOnLostReply: Check<null> = defineCheck<null>({
  id: "one-effect-on-lost-reply",
  item: "reliability/idempotency",
  question: "When the provider executes and its reply is lost, is there still one effect only?",
  rule: "Exactly one effect for each call that succeeded, at most one for each that failed, whether the reply is lost to a reset, a close, a 503, a 504 or silence. Executions with one stable key count once. Where the scenario declares effects, a call that succeeded with fewer of them in an outage, silence, a broken connection or a lost reply is a loss.",
  source:
    "IETF draft-ietf-httpapi-idempotency-key-header-07 §1; Reynard's omission fault (ICSE 2026); holdfast guide one-effect-on-lost-reply",
  required: true,
  countsAttempts: true,
  about: () => null,
  commitment: operationPath("idempotency"),
  plan: (_, target) => [...lostReplyWays.map((way) => lostReply(target, way)), outage(target)],
  needs: () => [],
  judge: (_, evidence, target) => {
    const method = methodOf(target, evidence.healthy) ?? "GET";
    const calls = callsOf(evidence, ...lostReplyWays.map((way) => `lost-reply-${way}`)).filter(replyLost);
    const loss = lossIn(evidence, target);
    if (loss !== null) return loss;
    if (isIdempotent(method, target)) {
      return say("not-applicable", `${method} may be repeated without a further effect`, calls);
    }
    const usual = usualEffects(evidence, target);
    const counted = calls.map((call) => ({ call, effects: effectsOf(call, target) }));
    const twice = counted.filter((one) => one.effects > usual).map((one) => one.call);
    if (twice.length > 0) return moreThanOnce(twice, calls, target, sentAgain);
    const none = counted.filter((one) => one.call.outcome === "succeeded" && one.effects < usual);
    const missing = ["reset", "503"].filter(
      (way) => callsOf(evidence, `lost-reply-${way}`).filter(replyLost).length < 3,
    );
    if (missing.length > 0 || none.length > 0) {
      const why =
        missing.length > 0
          ? `the reply was lost in fewer than 3 calls by ${missing.join(" and ")}`
          : `${many(none.length, "call")} succeeded with fewer effects than a healthy one: the ledger does not see them all`;
      return say("inconclusive", why, calls);
    }
    return onceOnly(calls, evidence, target);
  },
});

const sentAgain =
  "The request is sent again after a failure that came too late to undo it, and nothing in it tells the provider that it is the same request.";

/** The provider has executed and the consumer was not told. */
function replyLost(call: ObservedCall): boolean {
  return call.attempts.some((one) => one.firedMs !== null && one.delivered);
}

/** Faults after which a success without the effect is a loss: nothing in them says that the request was not needed. */
const mayLose = [
  "503-forever",
  "503-once",
  "hang-forever",
  "reset-once-fresh",
  "reset-once-reused",
  "close-once-fresh",
  "close-once-reused",
  ...lostReplyWays.map((way) => `lost-reply-${way}`),
];

/** The caller was told that it is done, and it is not: held against the effects that the scenario declares, if any. */
function lossIn(evidence: Evidence, target: Target): Judgement | null {
  const declared = declaredEffects(target);
  const seen = evidence.healthy.filter((call) => call.outcome === "succeeded").map(executedIn);
  if (declared < 1 || seen.length === 0 || median(seen) < declared) return null;
  const answered = callsOf(evidence, ...mayLose).filter(
    (call) => call.outcome === "succeeded" && call.attempts.some((one) => one.firedMs !== null),
  );
  const lost = answered.filter((call) => executedIn(call) < declared);
  if (lost.length === 0) return null;
  const names = [...new Set(lost.map((call) => call.experiment.split("/").at(-1)))];
  const most = largest(lost.map(executedIn));
  const what = most === 0 ? "nothing had taken effect" : `not all ${declared} effects had come about`;
  const among = answered.filter((call) => names.includes(call.experiment.split("/").at(-1)));
  const because = `in ${lost.length} of ${many(among.length, "call")} that were answered as successful ${what} (${names.join(", ")})`;
  return say("fail", because, answered, {
    estimate: { name: "effects of one call", value: most, unit: "effects" },
    limit: { name: "effects", value: declared, unit: "effects" },
    severity: severityOf(target, "harm") ?? "critical",
    diagnosis:
      "The failure of the provider is swallowed: the caller is told that it is done, nobody tries again, and the effect never comes about.",
    evidence: lost
      .slice(0, 3)
      .map((call) => cite(call, `answered as successful with ${many(executedIn(call), "effect")}`)),
  });
}

function declaredEffects({ scenario, integration, operation }: Target): number {
  return scenario.effects
    .filter((one) => one.integration === integration.name && one.operation === operation.name)
    .reduce((total, one) => total + one.count, 0);
}

function onceOnly(calls: readonly ObservedCall[], evidence: Evidence, target: Target): Judgement {
  const resent = calls.filter((call) => call.attempts.length > 1);
  const relies =
    target.operation.idempotencyKey === null && resent.length > 0
      ? "; it relies on the provider to recognise the key, which is sent but not declared"
      : "";
  const how =
    resent.length === 0
      ? "the request is not sent again"
      : `sent again in ${resent.length}, always with one key`;
  const ways = lostReplyWays.filter((way) => callsOf(evidence, `lost-reply-${way}`).length > 0).join(", ");
  const because = `never more than one effect in ${many(calls.length, "call")} whose reply was lost (${ways}): ${how}${relies}`;
  return say("pass", because, calls, { bound: zeroBound(calls.length) });
}
