import { type Outline, type Section, wordsIn } from "./markdown.ts";

/** What a section is for. */
export type Purpose = "meaning" | "impact" | "diagnosis" | "mitigation" | "verification" | "escalation";

/** The sections of a runbook, by what they are for: their name, and what else people call them. */
export const known: Readonly<Record<Purpose, { readonly name: string; readonly also: RegExp }>> = {
  meaning: {
    name: "Meaning",
    also: /^(meaning|description|summary|what (it|this) means|about|symptoms?|overview)$/i,
  },
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

/** The words by which a short heading tells its purpose: "How to diagnose", "User impact". */
const words: Readonly<Record<Purpose, string>> = {
  meaning: "means?|meanings?|symptoms?|summary|description|overview",
  impact: "impact(?:s|ed)?|affects?|affected",
  diagnosis:
    "diagnos(?:is|es|e|ed|ing|tics?)|investigat(?:ions?|es?|ing)|troubleshoot(?:ing)?|triage|debug(?:ging)?",
  mitigation:
    "mitigat(?:ions?|es?|ing)|remediat(?:ions?|es?|ing)|remed(?:y|ies)|resolutions?|resolv(?:es?|ing)|fix(?:es|ing)?|recover(?:y|ing)?|repairs?",
  verification: "verif(?:ication|y|ying|ies)|confirm(?:ation|ing)?|validat(?:ion|e|ing)",
  escalation: "escalat(?:ions?|es?|ing)|contacts?|on-?call|pag(?:ing|er)|whom? to (?:call|page|ask|contact)",
};
const purposes = Object.keys(words) as readonly Purpose[];
const byWord = new RegExp(`\\b(?:${purposes.map((one) => `(?<${one}>${words[one]})`).join("|")})\\b`, "i");

/** More words than this are a sentence, and not the name of a section. */
const wordsMax = 4;
const elsewhere = /\b(history|past|previous|former|related|see also|no|not|without|template)\b/i;

/** The section for a purpose, if there is one: by its name, else by a word of a short heading. */
export function sectionFor(purpose: Purpose, { sections }: Outline): Section | undefined {
  return (
    sections.find(({ title }) => known[purpose].also.test(bare(title))) ??
    sections.find((one, index) => {
      if (one.level === 1 || !purposesOf(one.title).includes(purpose)) return false;
      // The title of the page names an alert, and a section inside of another one belongs to that.
      const around = sections.slice(0, index).findLast(({ level }) => level < one.level);
      return around === undefined || around.level === 1;
    })
  );
}

/** What a heading says that it is for; the word that comes first tells, in each part of "Diagnosis and mitigation". */
function purposesOf(title: string): readonly Purpose[] {
  if (elsewhere.test(title)) return [];
  return bare(title)
    .split(/\s*(?:[,&/]|\band\b)\s*/i)
    .filter((part) => part.split(/\s+/).length <= wordsMax)
    .flatMap((part) => {
      const groups = byWord.exec(part)?.groups ?? {};
      return purposes.filter((one) => groups[one] !== undefined);
    });
}

/** Whether there is something to copy in it: a block, or code of more than one word within a line. */
export function hasCommand({ blocks, prose }: Section): boolean {
  return (
    blocks.some(({ text }) => text.trim() !== "") || prose.some(({ text }) => /`[^`\s]+ [^`]+`/.test(text))
  );
}

const wayBack =
  /^(the )?(roll(ing)?[- ]?backs?|revert(ing)?|undo(ing)?|back(ing)?[- ]?out|ways? back|how to (roll back|revert|undo)( (it|this|that|them))?)( (plan|procedure|steps?|instructions?))?$/i;

/** The lines for which a section of the way back speaks, from the first to the one before the last: those of the section around it. */
export function rolledBack({ sections }: Outline): readonly { readonly from: number; readonly to: number }[] {
  return sections.flatMap((one, index) => {
    const says = wordsIn(one.prose) > 1 || hasCommand(one);
    if (!says || !wayBack.test(bare(one.title))) return [];
    const around = sections.slice(0, index).findLast(({ level }) => level < one.level);
    const after = sections.slice(index).find(({ level }) => level <= (around?.level ?? 0));
    return [{ from: around?.line ?? 0, to: after?.line ?? Number.POSITIVE_INFINITY }];
  });
}

function bare(title: string): string {
  return title.replace(/[:.!?]$/, "").trim();
}
