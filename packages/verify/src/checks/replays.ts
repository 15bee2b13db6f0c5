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
import { sameKey } from "../served-experiments.ts";
import { largest, zeroBound } from "../stats.ts";

/** Does a caller that asks again with its key get the first answer, and nothing happens twice? */
export const replays: Check<KeyedServed> = defineCheck<KeyedServed>({
  id: "replays",
  item: "reliability/idempotency",
  question:
    "As provider: does the same request with the same key get the same answer, without a second effect?",
  rule: "The second of two equal requests with one key has no effect of its own and gets the status and body of the first; another order of JSON keys is no difference.",
  source:
    "IETF draft-ietf-httpapi-idempotency-key-header-07 §2.6; Stripe's idempotent requests; holdfast guide replays",
  required: false,
  about: keyedServed,
  commitment: servedKeyPath,
  served: servedName,
  plan: (served, target) => [sameKey(target, served)],
  judge: (_, evidence, target) => {
    const calls = callsOf(evidence, "same-key");
    const pairs = calls.flatMap(pairOf);
    if (pairs.length < 3) {
      const because = `the first request was answered as expected and sent again in ${pairs.length} of ${many(calls.length, "sample")}, 3 are needed`;
      return say("inconclusive", because, calls);
    }
    const usual = usualEffects(evidence, target);
    const twice = pairs.filter(
      ({ call, before }) => usual > 0 && effectsIn(call, target) - effectsIn(call, target, before) > usual,
    );
    if (twice.length > 0) return executedTwice(twice, pairs, target);
    const limited = pairs.filter(({ again }) => again.status === 429);
    if (limited.length > 0)
      return say(
        "inconclusive",
        `${limited.length} of ${pairs.length} were answered with 429: too many requests`,
        calls,
      );
    const refused = pairs.filter(({ again }) => again.status === null || again.status >= 300);
    if (refused.length > 0) return notTold(refused, pairs, target);
    if (usual === 0) return uncountable(calls, `${pairs.length} answers came again`);
    const other = pairs.filter(
      ({ first, again }) => again.status !== first.status || again.answer !== first.answer,
    );
    if (other.length > 0) return otherAnswer(other, pairs, target);
    const bound = zeroBound(pairs.length);
    const because = `${pairs.length} of ${pairs.length} requests sent again got the first status and body, and no further effect: a second one is below ${percent(bound)} with 95 % confidence`;
    return say("pass", because, calls, { bound });
  },
});

interface Pair {
  readonly call: ObservedCall;
  readonly first: RequestRecord;
  readonly again: RequestRecord;
  /** From when on effects are another request's. */
  readonly before: number;
}

function pairOf(call: ObservedCall): Pair[] {
  const [first, again] = (["first", "again"] as const).map((role) =>
    call.requests.find((one) => one.role === role),
  );
  if (first === undefined || again === undefined || !first.expected) return [];
  const other = call.requests.find((one) => one.role === "other-body");
  return [{ call, first, again, before: other?.startedMs ?? Number.POSITIVE_INFINITY }];
}

function executedTwice(twice: readonly Pair[], pairs: readonly Pair[], target: Target): Judgement {
  const effects = ({ call, before }: Pair): number =>
    effectsIn(call, target) - effectsIn(call, target, before);
  const most = largest(twice.map(effects));
  return say(
    "fail",
    `${twice.length} of ${many(pairs.length, "request")} sent again with their key took effect again`,
    pairs.map(({ call }) => call),
    {
      estimate: { name: "effects of one key", value: most, unit: "effects" },
      limit: { name: "effects", value: 1, unit: "effects" },
      severity: severityOf(target, "harm") ?? "critical",
      diagnosis:
        "The key that callers send is not looked up before the work is done: a caller that repeats a request for want of an answer has it done twice.",
      evidence: twice
        .slice(0, 3)
        .map((one) =>
          cite(
            one.call,
            `${many(effects(one), "effect")} for one key, the second answer was ${one.again.status ?? "none"}`,
          ),
        ),
    },
  );
}

function notTold(refused: readonly Pair[], pairs: readonly Pair[], target: Target): Judgement {
  const statuses = [...new Set(refused.map(({ again }) => again.status ?? again.error ?? "no answer"))].join(
    ", ",
  );
  const because = `${refused.length} of ${many(pairs.length, "request")} sent again with their key got ${statuses} for what had been done`;
  return say(
    "fail",
    because,
    pairs.map(({ call }) => call),
    {
      severity: severityOf(target, "broken") ?? "high",
      diagnosis:
        "The key is recognised, but the answer of the first request is not kept: a caller that lost it never learns what came of its request.",
      evidence: refused
        .slice(0, 3)
        .map((one) => cite(one.call, `first ${one.first.status}, again ${one.again.status ?? "no answer"}`)),
    },
  );
}

function otherAnswer(other: readonly Pair[], pairs: readonly Pair[], target: Target): Judgement {
  const status = other.filter(({ first, again }) => first.status !== again.status).length;
  const what = status > 0 ? "another status" : "another body";
  const because = `${other.length} of ${many(pairs.length, "request")} sent again with their key had no second effect, but got ${what}`;
  return say(
    "advice",
    because,
    pairs.map(({ call }) => call),
    {
      severity: severityOf(target, "advice") ?? "medium",
      diagnosis:
        "The answer is made anew instead of being kept with the key, so that it changes with time or state.",
      evidence: other
        .slice(0, 3)
        .map((one) =>
          cite(
            one.call,
            `first ${one.first.status}, again ${one.again.status} with ${one.first.answer === one.again.answer ? "the same" : "another"} body`,
          ),
        ),
    },
  );
}
