import { nearest } from "@holdfast/core";
import type { RunbookFinding, RunbookRule } from "../finding.ts";
import { type Line, type Outline, type Section, wordsIn } from "../markdown.ts";
import { hasCommand, known, type Purpose, sectionFor } from "../sections.ts";

/** Fewer words than this are hardly a sentence: "Payments fail everywhere." has three. */
const wordsMin = 3;

const required: readonly Purpose[] = ["meaning", "impact", "diagnosis", "mitigation"];

/** A sentence elsewhere by which somebody can be called. */
const calls = /escalat|on-?call|\bpage (the|team)\b|\bcontact\b/i;
const owners = /^owners?$/i;

/** The sections that whoever is woken looks for, each with something in it. */
export const complete: RunbookRule = {
  id: "complete",
  question:
    "Are there sections for meaning, impact, diagnosis, mitigation, verification and escalation, and do they say anything?",
  example: [
    "# PaymentsDown",
    "",
    "## Meaning",
    "",
    "Calls to the payment provider fail.",
    "",
    "## Impact",
    "",
    "## Diagnosis",
    "",
    "Look at how calls end.",
    "",
    "## Mitigation",
    "",
    "Bad.",
    "",
    "## Verification",
    "",
    "The burn rate falls below one.",
    "",
    "## Escalation",
    "",
    "Call the payments lead after 15 minutes.",
  ].join("\n"),
  find(outline) {
    const untitled = outline.sections.some(({ level }) => level === 1) ? [] : [withoutTitle];
    return [
      ...untitled,
      ...required.flatMap((purpose) => judge(purpose, "error", outline)),
      ...judge("verification", "advice", outline),
      ...judge("escalation", tellsWhomToCall(outline) ? "advice" : "error", outline),
    ];
  },
};

/** Without a section somebody may still be named; with nobody, whoever is woken stays alone. */
function tellsWhomToCall({ prose, sections }: Outline): boolean {
  return (
    prose.some(({ text }) => calls.test(text)) ||
    sections.some(({ title, prose: body }) => owners.test(title) && wordsIn(body) > 0)
  );
}

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
  const said = textIn(section);
  const words = wordsIn(said);
  const has = hasCommand(section);
  if (words >= wordsMin || (has && words > 0)) return [];
  const { title, line } = section;
  const remedy = told[purpose];
  if (has)
    return [
      { severity: "advice", line, says: `the section ${title} has commands and no word about them`, remedy },
    ];
  if (words === 0) return [{ severity, line, says: `the section ${title} is empty`, remedy }];
  const only = said
    .map(({ text }) => text.trim())
    .join(" ")
    .trim();
  return [
    { severity: "advice", line, says: `the section ${title} says only "${only.slice(0, 60)}"`, remedy },
  ];
}

/** Its prose, and what comments in its commands say. */
function textIn({ prose, blocks }: Section): readonly Line[] {
  const comments = blocks.flatMap(({ line, text }) =>
    text.split("\n").flatMap((each, index) => {
      const [, comment] = /(?:^|\s)(?:#|--|\/\/)\s+(\S.*)$/.exec(each) ?? [];
      return comment === undefined ? [] : [{ line: line + 1 + index, text: comment }];
    }),
  );
  return [...prose, ...comments];
}

const told: Readonly<Record<Purpose, string>> = {
  meaning: "Say in a sentence what the alert has seen.",
  impact: "Say who notices it, and what they cannot do.",
  diagnosis: "Say where to look first, and what each answer means.",
  mitigation: "Say what to do, the least risky first.",
  verification: "Say by which query or command it shows that it is over.",
  escalation: "Say who is called next, and when.",
};
