import { nearest } from "@holdfast/core";
import type { RunbookFinding, RunbookRule } from "../finding.ts";
import { type Outline, wordsIn } from "../markdown.ts";
import { known, type Purpose, sectionFor } from "../sections.ts";

/** Fewer words than this tell nobody anything. */
const wordsMin = 5;

/** What is over, and who is called, may be said shortly: "Payments succeed again." */
const wordsMinAdvised = 3;

const required: readonly Purpose[] = ["meaning", "impact", "diagnosis", "mitigation"];
const advised: readonly Purpose[] = ["verification", "escalation"];

/** The sections that whoever is woken looks for, each with something in it. */
export const complete: RunbookRule = {
  id: "complete",
  question:
    "Are there sections for meaning, impact, diagnosis, mitigation, verification and escalation, and do they say anything?",
  find(outline) {
    const untitled = outline.sections.some(({ level }) => level === 1) ? [] : [withoutTitle];
    return [
      ...untitled,
      ...required.flatMap((purpose) => judge(purpose, "error", outline)),
      ...advised.flatMap((purpose) => judge(purpose, "advice", outline)),
    ];
  },
};

const withoutTitle: Omit<RunbookFinding, "rule"> = {
  severity: "error",
  line: 1,
  says: "it has no title",
  remedy: "Begin with a heading that is the name of the alert: # ErrorBudgetBurn1h.",
};

function judge(
  purpose: Purpose,
  severity: RunbookFinding["severity"],
  outline: Outline,
): readonly Omit<RunbookFinding, "rule">[] {
  const { name } = known[purpose];
  const section = sectionFor(purpose, outline);
  if (section === undefined) {
    const near = nearest(
      name,
      outline.sections.map(({ title }) => title),
    );
    const misspelt = outline.sections.find(({ title }) => title === near);
    const remedy =
      misspelt === undefined ? `Add a section ## ${name}.` : `Call the section "${misspelt.title}" ${name}.`;
    return [{ severity, line: misspelt?.line ?? 1, says: `it has no section ${name}`, remedy }];
  }
  if (wordsIn(section.prose) >= (severity === "error" ? wordsMin : wordsMinAdvised)) return [];
  return [
    {
      severity,
      line: section.line,
      says: `the section ${section.title} says nothing`,
      remedy: told[purpose],
    },
  ];
}

const told: Readonly<Record<Purpose, string>> = {
  meaning: "Say in a sentence what the alert has seen.",
  impact: "Say who notices it, and what they cannot do.",
  diagnosis: "Say where to look first, and what each answer means.",
  mitigation: "Say what to do, the least risky first.",
  verification: "Say by which query or command it shows that it is over.",
  escalation: "Say who is called next, and when.",
};
