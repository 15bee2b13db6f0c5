import type { Outline, Section } from "./markdown.ts";

/** What a section is for. */
export type Purpose = "meaning" | "impact" | "diagnosis" | "mitigation" | "verification" | "escalation";

/** The sections of a runbook, by what they are for: their name, and what else people call them. */
export const known: Readonly<Record<Purpose, { readonly name: string; readonly also: RegExp }>> = {
  meaning: { name: "Meaning", also: /^(meaning|description|summary|what (it|this) means|about)$/i },
  impact: { name: "Impact", also: /^(impact|effects?|symptoms?|who is affected)$/i },
  diagnosis: { name: "Diagnosis", also: /^(diagnos(is|e)|investigat(ion|e)|troubleshoot(ing)?|analysis)$/i },
  mitigation: {
    name: "Mitigation",
    also: /^(mitigat(ion|e)|remediat(ion|e)|resolution|resolve|fix|recovery|repair)$/i,
  },
  verification: {
    name: "Verification",
    also: /^(verif(ication|y)|confirm(ation)?|is it over|check that it is over)$/i,
  },
  escalation: { name: "Escalation", also: /^(escalat(ion|e)|contacts?|who to call|help)$/i },
};

/** The section for a purpose, if there is one. */
export function sectionFor(purpose: Purpose, { sections }: Outline): Section | undefined {
  return sections.find(({ title }) => known[purpose].also.test(title.replace(/[:.!?]$/, "").trim()));
}
