import { isSafe, keyOf, methodOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { executedIn, usualEffects } from "../effects.ts";
import { once, spec } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { keyCommitment } from "../key-candidates.ts";
import type { Attempt, Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { callsSentAgain } from "../sent-again.ts";
import { zeroBound } from "../stats.ts";

/** Is it the same key when the process that made it is gone? */
export const keySurvivesRestart: Check<string | null> = defineCheck<string | null>({
  id: "key-survives-restart",
  item: "reliability/idempotency",
  question: "After a crash and a restart, does the same command carry the same key?",
  rule: "The process is killed after the provider has acted and before it heard so, started again, and given the same command: the request carries the key of the first one. Another key is advice; it fails where the contract declares the key and what makes an effect the same (`effectKey`), and the effect came about twice.",
  source:
    "IETF draft-ietf-httpapi-idempotency-key-header-07 §2.1, the key belongs to the intent; row I4 of the catalogue, which no published tool checks; holdfast guide key-survives-restart",
  required: false,
  countsAttempts: true,
  about: ({ contract, scenario, operation }) => {
    const { request, idempotencyKey } = operation;
    if (idempotencyKey === null && request !== null && isSafe(request.method)) {
      return { notApplicable: `${request.method} asks for no effect` };
    }
    if (scenario.act.kind === "http" && (contract.service?.start ?? null) === null) {
      return {
        notApplicable: "the service was not started by Holdfast, so it cannot be killed and started again",
      };
    }
    return idempotencyKey;
  },
  commitment: keyCommitment,
  plan: (_, target) => [againAfterCrash(target)],
  judge: (declared, evidence, target) => {
    const calls = callsOf(evidence, "again-after-crash");
    const excused = whyNot(declared, evidence, target);
    if (excused !== null) return say("not-applicable", excused, calls);
    const lives = calls.flatMap((call) => livesOf(call) ?? []);
    if (lives.length < 3) return tooFew(lives, calls);
    const changed = lives.filter(({ before, after }) => !sharesKey(before, after, target));
    if (changed.length > 0) return anotherKey(changed, lives, evidence, target);
    const judged = lives.map(({ call }) => call);
    const because = `the same key before a crash and after it in ${many(lives.length, "call")} whose command was given again`;
    return say("pass", because, judged, { bound: zeroBound(lives.length) });
  },
});

/** The process is killed after the provider has acted and before it heard so, started again, and given the same command. */
function againAfterCrash(target: Target): ExperimentSpec {
  const summary =
    "The process is killed after the provider has acted and before it heard so, started again, and given the same command.";
  return spec(target, "again-after-crash", summary, once({ kind: "lost-reply", how: "hang" }), {
    procedure: { kind: "again-after-crash" },
    samples: 4,
    samplesMax: 8,
    perInstance: 4,
    expectedMs: 1_000,
  });
}

/** A call with what it sent before its process was killed and after that. */
interface Lives {
  readonly call: ObservedCall;
  readonly before: readonly Attempt[];
  readonly after: readonly Attempt[];
}

function livesOf(call: ObservedCall): Lives | null {
  const [first, again] = call.requests;
  const killedMs = first?.endedMs ?? null;
  if (again === undefined || killedMs === null) return null;
  const before = call.attempts.filter((one) => one.arrivedMs <= killedMs && one.delivered);
  const after = call.attempts.filter((one) => one.arrivedMs > killedMs);
  return before.length === 0 || after.length === 0 ? null : { call, before, after };
}

function keysIn(attempts: readonly Attempt[], { operation }: Target): Set<string> {
  return new Set(attempts.map((one) => keyOf(one, operation)?.value ?? "(none)"));
}

function sharesKey(before: readonly Attempt[], after: readonly Attempt[], target: Target): boolean {
  const [first, ...others] = keysIn([...before, ...after], target);
  return others.length === 0 && first !== "(none)";
}

/** Where there is no key, or none that holds within one life, a restart can show nothing more. */
function whyNot(declared: string | null, evidence: Evidence, target: Target): string | null {
  const method = methodOf(target, evidence.healthy) ?? "GET";
  if (declared === null && isSafe(method)) return `${method} asks for no effect`;
  const healthy = evidence.healthy.flatMap((call) => call.attempts);
  if (healthy.every((one) => keyOf(one, target.operation) === null)) return "no key is sent";
  const own = "again-after-crash";
  const others = callsSentAgain(evidence).filter((call) => !call.experiment.endsWith(`/${own}`));
  const unstable = others.filter((call) => keysIn(call.attempts, target).size > 1);
  return unstable.length === 0
    ? null
    : `in ${many(unstable.length, "call")} the key changed without any crash, so a restart shows nothing more`;
}

function tooFew(lives: readonly Lives[], calls: readonly ObservedCall[]): Judgement {
  const gone = calls.find((call) => call.requests.length < 2 && call.error !== null);
  const silent = calls.filter((call) => call.requests.length > 1 && livesOf(call) === null);
  const why =
    gone === undefined
      ? `${silent.length} sent nothing after the restart`
      : `of one: ${(gone.error ?? "").slice(0, 160)}`;
  const because = `${lives.length} of ${many(calls.length, "call")} sent a request both before the crash and after it, 3 are needed (${why})`;
  return say("inconclusive", because, calls);
}

function anotherKey(
  changed: readonly Lives[],
  lives: readonly Lives[],
  evidence: Evidence,
  target: Target,
): Judgement {
  const { idempotencyKey, effectKey } = target.operation;
  const commits = idempotencyKey !== null && effectKey !== null;
  const usual = usualEffects(evidence, target);
  const twice = changed.filter(({ call }) => executedIn(call) > usual && repeats(call));
  const harm = commits && twice.length > 0;
  const effects = twice.length === 0 ? "" : `; ${twice.length} took effect more than once`;
  const because = `after a crash and a restart the same command carried another key or none in ${changed.length} of ${many(lives.length, "call")}${effects}`;
  const judged = lives.map(({ call }) => call);
  return say(harm ? "fail" : "advice", because, judged, {
    severity: severityOf(target, harm ? "harm" : "advice") ?? "high",
    diagnosis:
      "The key is made when the request is, and kept in memory at best: the process that comes back does not know it, and the provider takes the repeated command for a new one.",
    evidence: changed
      .slice(0, 3)
      .map(({ call, before, after }) =>
        cite(call, "one command, two keys: before the crash and after it", [...before, ...after]),
      ),
  });
}

/** Two executions that are the same effect by the contract's own measure. */
function repeats({ effects }: ObservedCall): boolean {
  const executed = effects.filter((one) => !one.deduplicated).map((one) => one.effectKey);
  return new Set(executed).size < executed.length;
}
