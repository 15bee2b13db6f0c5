import { defineCheck } from "../define-check.ts";
import { cutOnce, outage, silence, statusOnce, truncateOnce } from "../experiments.ts";
import { failureModes, isUnder, signatureOf } from "../failure-modes.ts";
import { cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, ObservedCall } from "../model.ts";

/** Does the runbook know what really happens? */
export const coversObservedFailures: Check<string> = defineCheck<string>({
  id: "covers-observed-failures",
  item: "operations/runbooks",
  question: "Does the runbook speak of every way to fail that this run showed?",
  rule: "Each failure mode under which calls failed in this run, or that a failed check showed, is named in the runbook by its status, error or a word for it.",
  source:
    "Google SRE Book, Being On-Call: playbook entries for what really pages; holdfast guide covers-observed-failures",
  required: true,
  about: ({ integration }) =>
    integration.runbook?.written ?? { notApplicable: "no runbook is declared, as `exists` says" },
  commitment: ({ integration }) => ["integrations", integration.name, "runbook"],
  plan: (_, target) => [
    outage(target),
    silence(target),
    statusOnce(target, 429),
    cutOnce(target, "reset", "fresh"),
    truncateOnce(target),
  ],
  needs: () => ["503-forever"],
  judge: (written, evidence, target) => {
    const { runbook } = evidence;
    if (runbook === null) return say("inconclusive", `the run kept no text of ${written}`, []);
    const { text, path } = runbook;
    if (text === null) return say("not-applicable", `${path} does not exist, as \`exists\` says`, []);
    const shown = shownIn(evidence);
    const calls = shown.flatMap((one) => one.calls);
    if (shown.length === 0) {
      return say("not-applicable", "no call failed and no check did: the run showed no way to fail", []);
    }
    const missing = shown.filter(({ mode }) => !mode.mentioned.test(text));
    const names = (modes: typeof shown): string => modes.map(({ mode }) => mode.mode).join(", ");
    if (missing.length === 0) {
      const because = `${path} speaks of ${shown.length === 1 ? "the failure mode" : `all ${shown.length} failure modes`} that the run showed: ${names(shown)}`;
      return say("pass", because, calls);
    }
    const because = `${path} does not speak of ${missing.length} of ${many(shown.length, "failure mode")} that the run showed: ${names(missing)}`;
    return say("fail", because, calls, {
      severity: severityOf(target, "broken") ?? "medium",
      diagnosis:
        "The page was written from what could be imagined, not from what the service does when its provider fails.",
      evidence: missing.flatMap(({ calls: [first], signature }) =>
        first === undefined ? [] : [cite(first, signature)],
      ),
    });
  },
});

/** The failure modes that this target showed, with the calls that failed under each. */
function shownIn({ experiments, failed }: Evidence) {
  return failureModes.flatMap((mode) => {
    const calls = Object.values(experiments)
      .filter(({ experiment }) => isUnder(mode, experiment))
      .flatMap((one): readonly ObservedCall[] => one.calls)
      .filter((call) => call.outcome !== "succeeded");
    const byCheck = mode.check !== undefined && failed.includes(mode.check);
    const signature = byCheck ? `${mode.check} failed` : signatureOf(calls);
    return signature === null ? [] : [{ mode, calls, signature }];
  });
}
