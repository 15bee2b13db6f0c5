import { defineCheck } from "../define-check.ts";
import { say, severityOf } from "../judgement.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Is there anything to act by? */
export const exists: Check<null> = defineCheck<null>({
  id: "exists",
  item: "operations/runbooks",
  question: "Is there a runbook for the integration, where the contract says?",
  rule: "The contract names a runbook for the integration, the file exists, and it says something.",
  source: "Prometheus operator runbooks, one page for each alert; holdfast guide exists",
  required: true,
  about: () => null,
  commitment: ({ integration }) => ["integrations", integration.name, "runbook"],
  plan: () => [],
  judge: (_, { runbook }, target) => {
    const { name, runbook: declared } = target.integration;
    if (declared === null) {
      return say("advice", `no runbook is declared for ${name}`, [], {
        severity: severityOf(target, "advice") ?? "medium",
        diagnosis: "Whoever is called when it fails has to find out everything by themselves.",
      });
    }
    if (isLink(declared.written)) {
      return say("inconclusive", `${declared.written} is a link, and only files are read`, []);
    }
    if (runbook === null) {
      return say("inconclusive", `the run kept no text of ${declared.written}`, []);
    }
    if (runbook.text === null)
      return broken(target, `the contract names ${runbook.path}, which does not exist`);
    const words = wordsOf(runbook.text);
    if (words === 0) return broken(target, `${runbook.path} is empty but for headings`);
    return say("pass", `${runbook.path} has ${words} words`, []);
  },
});

function broken(target: Target, because: string): Judgement {
  return say("fail", because, [], {
    severity: severityOf(target, "broken") ?? "medium",
    diagnosis: "The page that people are sent to at night is not there, or it is blank.",
  });
}

function isLink(written: string): boolean {
  return /^[a-z]+:\/\//i.test(written);
}

/** Words outside headings. */
function wordsOf(text: string): number {
  const body = text.split("\n").filter((line) => !/^\s{0,3}#/.test(line));
  return body.join("\n").match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}
