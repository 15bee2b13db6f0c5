import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check } from "../model.ts";
import { lackingSections, runbookSections } from "../runbook-sections.ts";

/** Does the runbook lead from the symptom to the way out? */
export const complete: Check<string> = defineCheck<string>({
  id: "complete",
  item: "operations/runbooks",
  question: "Does the runbook say how to diagnose, mitigate, roll back and escalate?",
  rule: "It has diagnosis with a command, mitigation, rollback and escalation, each with something below its heading; without symptoms, impact or verification it is advice.",
  source:
    "Prometheus operator runbook template (meaning, impact, diagnosis, mitigation); holdfast guide complete",
  required: true,
  about: ({ integration }) =>
    integration.runbook?.written ?? { notApplicable: "no runbook is declared, as `exists` says" },
  commitment: ({ integration }) => ["integrations", integration.name, "runbook"],
  plan: () => [],
  judge: (written, { runbook }, target) => {
    if (runbook === null) return say("inconclusive", `the run kept no text of ${written}`, []);
    if (runbook.text === null) {
      return say("not-applicable", `${runbook.path} does not exist, as \`exists\` says`, []);
    }
    const lacking = lackingSections(runbook.text);
    const total = runbookSections.length;
    const measured = [{ name: "sections", value: total - lacking.length, unit: `of ${total} sections` }];
    if (lacking.length === 0) {
      return say("pass", `${runbook.path} has all of ${many(total, "section")}`, [], { measured });
    }
    const required = lacking.filter((one) => one.required);
    const names = (required.length > 0 ? required : lacking).map(({ name }) => name).join(", ");
    const because = `${runbook.path} has ${total - lacking.length} of ${many(total, "section")}: no ${names}`;
    return say(required.length > 0 ? "fail" : "advice", because, [], {
      measured,
      severity: severityOf(target, required.length > 0 ? "broken" : "advice") ?? "medium",
      diagnosis: "Whoever follows the page gets stuck at the first step that it leaves out.",
    });
  },
});
