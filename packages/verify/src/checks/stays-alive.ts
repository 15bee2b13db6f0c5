import { firedIn } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, outage, silence, truncateOnce } from "../experiments.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, InstanceRecord, ObservedCall } from "../model.ts";
import { zeroBound } from "../stats.ts";
import { tellingWords } from "../telling-words.ts";

/** Does the service itself survive what is done to its provider? */
export const staysAlive: Check<null> = defineCheck<null>({
  id: "stays-alive",
  item: "reliability/timeouts",
  question: "Does the service survive its provider's failures, without crashing or hanging for good?",
  rule: "No instance exits by itself while its provider fails, and each answers its readiness request again afterwards.",
  source: "Chaos Toolkit's steady-state hypothesis, probed after each fault; holdfast guide stays-alive",
  required: true,
  about: () => null,
  commitment: () => ["service"],
  plan: (_, target) => [
    outage(target),
    silence(target),
    cutOnce(target, "reset", "fresh"),
    cutOnce(target, "close", "fresh"),
    truncateOnce(target),
  ],
  needs: () => [],
  judge: (_, evidence, target) => {
    const instances = faultedInstances(evidence);
    const calls = Object.values(evidence.experiments).flatMap((one) => one.calls);
    const driven = [...calls, ...cutShort(evidence)];
    const broken = instances.filter((one) => one.end === "exited" || one.answeredAfter === false);
    const worst = broken[0];
    if (worst) {
      const exited = broken.filter((one) => one.end === "exited").length;
      const counted = `${broken.length} of ${many(instances.length, "instance")}`;
      const what =
        exited > 0 ? `exited by themselves (${exitText(worst)})` : "no longer answered when ready was asked";
      return say("fail", `${counted} ${what} while the provider failed`, calls, {
        diagnosis: diagnosisOf(worst),
        severity: severityOf(target, "harm") ?? "high",
        evidence: broken.slice(0, 3).map((one) => citeInstance(one, driven)),
      });
    }
    if (instances.length < 3 || firedIn(calls) < 3) {
      const counted = `${many(instances.length, "instance")} met a fault and are known to have lived on`;
      return say("inconclusive", `only ${counted}, 3 are needed`, calls);
    }
    return say("pass", `all ${instances.length} instances lived through ${firedIn(calls)} faults`, calls, {
      bound: zeroBound(instances.length),
    });
  },
});

function faultedInstances(evidence: Evidence): InstanceRecord[] {
  return Object.values(evidence.experiments)
    .filter((one) => one.experiment.program.steps.some((step) => step.fault !== null))
    .flatMap((one) => one.instances)
    .filter((one) => one.end !== "never-ready" && one.readyMs !== null);
}

/** Samples that cannot be judged because their instance ended under them: here they are the evidence. */
function cutShort(evidence: Evidence): ObservedCall[] {
  return Object.values(evidence.experiments).flatMap(({ setAside }) =>
    setAside.flatMap(({ observed }) => observed ?? []),
  );
}

function exitText(one: InstanceRecord): string {
  return one.exitSignal === null ? `exit status ${one.exitCode ?? "unknown"}` : `signal ${one.exitSignal}`;
}

function diagnosisOf(one: InstanceRecord): string {
  const words = tellingWords(one.lastWords);
  const said = words === undefined ? "It said nothing before." : `Its last words: ${words.slice(0, 200)}`;
  return one.end === "exited"
    ? `An error of the provider is not caught and ends the process. ${said}`
    : `The process lives but serves nobody: a pool or the event loop is used up by calls that never end. ${said}`;
}

function citeInstance(one: InstanceRecord, calls: readonly ObservedCall[]) {
  const last = calls.filter((call) => call.instance === one.instance).at(-1);
  return {
    experiment: one.experiment,
    call: last?.id ?? one.instance,
    exchanges: last?.attempts.map((attempt) => attempt.id) ?? [],
    note:
      one.end === "exited"
        ? `instance ended with ${exitText(one)}`
        : "not ready any more after its last call",
  };
}
