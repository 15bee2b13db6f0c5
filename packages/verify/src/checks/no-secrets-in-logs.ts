import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { many, percent, say, severityOf } from "../judgement.ts";
import type { Check, LeakRecord } from "../model.ts";
import { sum, zeroBound } from "../stats.ts";

/** Do secrets stay out of the logs? */
export const noSecretsInLogs: Check<null> = defineCheck<null>({
  id: "no-secrets-in-logs",
  item: "operations/correlation",
  question: "Do secrets that pass through the service stay out of its logs, also when calls fail?",
  rule: "None of the planted secrets (authorization, cookie, card-like number, secret-named variable) and no secret of the contract appears in any log line.",
  source: "OWASP Logging Cheat Sheet, data to exclude; holdfast guide no-secrets-in-logs",
  required: true,
  about: () => null,
  commitment: () => ["service", "logs"],
  plan: (_, target) => [outage(target)],
  needs: () => [],
  judge: (_, evidence, target) => {
    const calls = Object.values(evidence.experiments).flatMap((one) => one.calls);
    if (evidence.leaks.length > 0) {
      const kinds = [...new Set(evidence.leaks.map((one) => one.canary))];
      const because = `${many(evidence.leaks.length, "log line")} held a secret in the clear: ${kinds.join(", ")}`;
      return say("fail", because, calls, {
        severity: severityOf(target, "harm") ?? "high",
        diagnosis:
          "Whole requests, headers or errors are logged as they are: whoever reads the logs, or the system they are shipped to, has the secret.",
        evidence: evidence.leaks.slice(0, 3).map(citeLeak),
      });
    }
    const planted = evidence.canaries.filter((one) => one.planted > 0);
    const chances = sum(planted.map((one) => one.planted));
    const failed = calls.filter((call) => call.outcome !== "succeeded").length;
    if (planted.length === 0 || calls.length + evidence.healthy.length < 10) {
      const why =
        planted.length === 0
          ? "no secret could be planted in this scenario"
          : "fewer than 10 calls were made";
      return say("inconclusive", `${why}, so their absence says nothing`, calls);
    }
    const bound = zeroBound(calls.length + evidence.healthy.length);
    const kinds = planted.map((one) => one.canary).join(", ");
    const because = `none of ${chances} planted secrets (${kinds}) came out in ${calls.length + evidence.healthy.length} calls, ${failed} of them failed; a leak in more than ${percent(bound)} of calls would have shown`;
    return say("pass", because, calls, { bound });
  },
});

function citeLeak(leak: LeakRecord) {
  const line = leak.line.length > 200 ? `${leak.line.slice(0, 200)}…` : leak.line;
  return {
    experiment: leak.experiment,
    call: leak.call ?? leak.instance,
    exchanges: [],
    note: `${leak.canary} on ${leak.stream}: ${line}`,
  };
}
