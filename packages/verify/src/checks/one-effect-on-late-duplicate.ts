import { isIdempotent, methodOf } from "../attempts.ts";
import { operationPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { effectsOf, moreThanOnce, usualEffects } from "../effects.ts";
import { callHorizonMs, longWatch, once, spec } from "../experiments.ts";
import { callsOf, many, say } from "../judgement.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { zeroBound } from "../stats.ts";

/** Does it happen once when the first attempt comes after the second? */
export const oneEffectOnLateDuplicate: Check<null> = defineCheck<null>({
  id: "one-effect-on-late-duplicate",
  item: "reliability/idempotency",
  question:
    "When a first attempt that was held up arrives after the second one succeeded, is there still one effect only?",
  rule: "The first attempt is held on its way while the consumer sees a reset, and silence where nothing is sent again after that; it reaches the provider as soon as a later attempt of the call succeeded. The call then has exactly one effect. Executions with one stable key count once. Where nothing is ever sent again, nothing can come late and it does not apply.",
  source:
    "Zombie attempts (fault H6 of the catalogue, no published tool has it); IETF draft-ietf-httpapi-idempotency-key-header-07 §1; holdfast guide one-effect-on-late-duplicate",
  required: true,
  countsAttempts: true,
  about: () => null,
  commitment: operationPath("idempotency"),
  plan: (_, target) => [lateDuplicate(target, "reset"), lateDuplicate(target, "hang")],
  needs: () => [],
  judge: (_, evidence, target) => {
    const method = methodOf(target, evidence.healthy) ?? "GET";
    const calls = callsOf(evidence, "late-duplicate-reset", "late-duplicate-hang").filter(wasHeld);
    if (isIdempotent(method, target)) {
      return say("not-applicable", `${method} may be repeated without a further effect`, calls);
    }
    const usual = usualEffects(evidence, target);
    const overtaken = calls.filter(cameLate);
    const twice = overtaken.filter((call) => effectsOf(call, target) > usual);
    if (twice.length > 0) return moreThanOnce(twice, overtaken, target, anotherRequest);
    if (overtaken.length < 3) return tooFew(overtaken, calls, evidence);
    const unseen = overtaken.filter((call) => effectsOf(call, target) < usual);
    if (unseen.length > 0) {
      const why = `${many(unseen.length, "call")} succeeded with fewer effects than a healthy one: the ledger does not see them all`;
      return say("inconclusive", why, overtaken);
    }
    return onceOnly(overtaken, target);
  },
});

/** The first attempt is held on its way, and reaches the provider after a later one succeeded. Silence is a reserve. */
function lateDuplicate(target: Target, how: "reset" | "hang"): ExperimentSpec {
  const saw = { reset: "a reset", hang: "silence" }[how];
  const summary = `The first attempt is held while the consumer sees ${saw}, and reaches the provider after a later one succeeded.`;
  const program = once({ kind: "late-duplicate", how });
  const base = spec(target, `late-duplicate-${how}`, summary, program, {
    samples: 4,
    samplesMax: 8,
    perInstance: 4,
  });
  if (how === "reset") return base;
  return { ...base, ...longWatch(target, callHorizonMs(target)), samples: 0, samplesMax: 6 };
}

const anotherRequest =
  "An attempt that was given up is taken for one that never was: the next one has another key or none, and the provider executes both, in whatever order they come.";

function wasHeld(call: ObservedCall): boolean {
  return call.attempts.some((one) => one.firedMs !== null);
}

/** The held attempt was executed or recognised after a later one had succeeded. */
function cameLate(call: ObservedCall): boolean {
  const held = call.attempts.find((one) => one.firedMs !== null);
  const lateMs = held?.provider?.doneMs;
  if (held?.delivered !== true || lateMs == null) return false;
  return call.attempts.some(
    ({ number, response }) =>
      number > held.number && (response?.completeMs ?? Number.POSITIVE_INFINITY) <= lateMs,
  );
}

function tooFew(
  overtaken: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
): Judgement {
  const resent = calls.filter((call) => call.attempts.length > 1);
  const silent = callsOf(evidence, "late-duplicate-hang").filter(wasHeld);
  if (resent.length > 0 || calls.length < 3) {
    const because = `a held attempt reached the provider after a later one succeeded in ${overtaken.length} of ${many(calls.length, "call")}, 3 are needed`;
    const name = silent.length > 0 ? "late-duplicate-hang" : "late-duplicate-reset";
    const more = { experiment: name, samples: 3, buys: "enough attempts that come late" };
    return say("inconclusive", because, calls, calls.length < 4 ? { more } : {});
  }
  if (silent.length < 3) {
    const because = `after a reset nothing was sent again in ${many(calls.length, "call")}; after silence it may be`;
    const more = {
      experiment: "late-duplicate-hang",
      samples: 3,
      buys: "whether silence is answered by another attempt",
    };
    return say("inconclusive", because, calls, { more });
  }
  const because = `nothing was sent again in ${many(calls.length, "call")} whose first attempt was held up, so none can come late`;
  return say("not-applicable", because, calls);
}

function onceOnly(overtaken: readonly ObservedCall[], { operation }: Target): Judgement {
  const relies =
    operation.idempotencyKey === null
      ? "; it relies on the provider to recognise the key, which is sent but not declared"
      : "";
  const because = `never more than one effect in ${many(overtaken.length, "call")} whose first attempt reached the provider after a later one had succeeded, always with one key${relies}`;
  return say("pass", because, overtaken, { bound: zeroBound(overtaken.length) });
}
