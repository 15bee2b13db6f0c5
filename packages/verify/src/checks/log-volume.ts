import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { cite, many, say, severityOf } from "../judgement.ts";
import type { Check, ObservedCall } from "../model.ts";
import { median } from "../stats.ts";

/** How many times the lines of a healthy call a failing one may leave. */
const timesMax = 10;

/** Do the logs stay readable in an outage? */
export const logVolume: Check<null> = defineCheck<null>({
  id: "log-volume",
  item: "operations/correlation",
  question: "Does a failing call leave no more than ten times the log lines of a healthy one?",
  rule: "In an outage the median call leaves at most ten times as many lines as a healthy one, where one line at least is granted.",
  source:
    "Google SRE Book, Monitoring Distributed Systems: keep signal above noise; holdfast guide log-volume",
  required: false,
  about: ({ contract, scenario }) =>
    contract.service === null || scenario.act.kind === "module"
      ? { notApplicable: "there is no service around the calls, so there are no logs of one" }
      : null,
  commitment: () => ["service", "logs"],
  plan: (_, target) => [outage(target)],
  judge: (_, { experiments, healthy }, target) => {
    const calls = experiments["503-forever"]?.calls.filter((call) => call.outcome !== "succeeded") ?? [];
    if (calls.length === 0) {
      return say("not-applicable", "no call failed: the service answers its callers all the same", []);
    }
    const failing = linesIn(calls);
    const usual = linesIn(healthy);
    if (failing.length < 3 || usual.length < 3) {
      const because = `the logs of ${many(failing.length, "failing call")} and ${many(usual.length, "healthy call")} were captured, 3 of each are needed`;
      return say("inconclusive", because, calls);
    }
    const value = median(failing);
    const allowed = timesMax * Math.max(1, median(usual));
    const because = `in an outage a call leaves ${many(value, "log line")}, a healthy one ${median(usual)}; at most ${allowed} by the default of ten times`;
    const numbers = {
      estimate: { name: "lines of a failing call", value, unit: "lines" },
      limit: { name: "ten times a healthy call", value: allowed, unit: "lines" },
    };
    if (value <= allowed) return say("pass", because, calls, numbers);
    const loudest = calls.toSorted((a, b) => (b.log?.lines ?? 0) - (a.log?.lines ?? 0)).slice(0, 3);
    return say("advice", because, calls, {
      ...numbers,
      severity: severityOf(target, "advice") ?? "medium",
      diagnosis:
        "Each failure is told over and over, or with its whole stack: in an outage the logs cost more, arrive late, and hide what matters.",
      evidence: loudest.map((call) => cite(call, `${call.log?.lines} lines`)),
    });
  },
});

function linesIn(calls: readonly ObservedCall[]): number[] {
  return calls.flatMap(({ log }) => (log === null ? [] : [log.lines]));
}
