import type { Scenario } from "@holdfast/contract";
import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, ObservedCall, Target } from "../model.ts";
import { sum, zeroBound } from "../stats.ts";

/** Can a failed call be found in the logs? */
export const logsCarryId: Check<null> = defineCheck<null>({
  id: "logs-carry-id",
  item: "operations/correlation",
  question: "Does every failed call leave a log line that carries its id?",
  rule: "For each call that failed, at least one log line written during it holds the trace id or the correlation value it came in with.",
  source: "OpenTelemetry logs data model, trace context fields; holdfast guide logs-carry-id",
  required: true,
  about: ({ contract, scenario }) =>
    contract.service === null || scenario.act.kind === "module"
      ? { notApplicable: `${callText(scenario)}, so there are no logs of a service` }
      : null,
  commitment: () => ["service", "logs"],
  plan: (_, target) => [outage(target)],
  judge: (_, evidence, target) => {
    const failed = failedCalls(evidence);
    const logged = failed.filter((call) => call.log !== null);
    if (failed.length === 0) {
      return say("not-applicable", "no call failed: the service answers its callers all the same", []);
    }
    if (logged.length < 3) {
      const because = `the logs of ${many(logged.length, "failed call")} were captured, 3 are needed`;
      return say("inconclusive", because, failed);
    }
    const silent = logged.filter((call) => (call.log?.linesWithId ?? 0) === 0);
    if (silent.length === 0) {
      const because = `each of ${many(logged.length, "failed call")} left a log line with its id`;
      return say("pass", because, logged, { bound: zeroBound(logged.length) });
    }
    return withoutId(silent, logged, target);
  },
});

function callText({ act }: Scenario): string {
  if (act.kind === "exec") return "a command is run for each call without a service around it";
  if (act.kind === "module") return "a module is called without a service around it";
  return "the contract names no service";
}

function failedCalls(evidence: Evidence): ObservedCall[] {
  return Object.values(evidence.experiments)
    .flatMap((one) => one.calls)
    .filter((call) => call.outcome === "failed");
}

function withoutId(silent: readonly ObservedCall[], logged: readonly ObservedCall[], target: Target) {
  const service = target.contract.service;
  const declared = service?.logs !== null || service?.correlation !== null;
  const lines = sum(silent.map((call) => call.log?.lines ?? 0));
  const what = lines === 0 ? "left no log line at all" : "left no log line with their id";
  const because = `${silent.length} of ${many(logged.length, "failed call")} ${what}`;
  return say(failIf(declared), because, logged, {
    severity: severityOf(target, declared ? "broken" : "advice") ?? "medium",
    diagnosis:
      lines === 0
        ? "Failures of the provider are swallowed: whoever is called at night finds nothing."
        : "Lines are written without the request's context, so they cannot be found by the id that a caller reports.",
    evidence: silent.slice(0, 3).map((call) => cite(call, call.log?.excerpt[0]?.slice(0, 200) ?? "no line")),
  });
}
