import { dayNumber } from "../day-number.ts";
import type { RunbookFinding, RunbookRule } from "../finding.ts";
import type { Outline } from "../markdown.ts";

const owner = /^\W*(owners?|owned by|team|maintainers?)\b\W*\s*\S|\bowners?\*{0,2}:\*{0,2}\s*\S/i;
const reviewed = /\b(?:last\s+)?(?:reviewed|exercised|tested)\b[^\d\n]*(\d{4}-\d{2}-\d{2})/i;
/** What stands where the date belongs and begins like one: 12/2026, November 2026. */
const dateLike =
  /\b[Ll]ast\s+(?:reviewed|exercised|tested)\b[\s*|:]*((?:\d|[A-Z][a-z]{2,8}\.? \d)[\w/.-]*(?: [\w/.-]+){0,2})/;

/** A runbook that nobody owns describes a system of some years ago. */
export const owned: RunbookRule = {
  id: "owned",
  question: "Does it say whose it is, and was it reviewed not too long ago?",
  example: ["# PaymentsDown", "", "Last reviewed: 2024-01-15."].join("\n"),
  find(outline, { today, reviewedDaysMax }) {
    const findings: Omit<RunbookFinding, "rule">[] = [];
    if (!hasOwner(outline)) {
      const remedy = "Add a line Owner: and the team, below the title.";
      findings.push({ severity: "error", line: 1, says: "it has no owner", remedy });
    }
    const line = outline.prose.find(({ text }) => reviewed.test(text));
    const day = dayNumber(reviewed.exec(line?.text ?? "")?.[1] ?? "");
    const now = dayNumber(today);
    const misdated = day === null ? misdatedIn(outline) : undefined;
    if (misdated !== undefined) {
      const says = `"${misdated.date}", when it was reviewed, is no date`;
      const remedy = "Write a day of the calendar as year-month-day, such as 2026-11-28.";
      findings.push({ severity: "advice", line: misdated.line, says, remedy });
    } else if (line === undefined || day === null) {
      const remedy = "Add a line Last reviewed: and the date, such as 2026-11-28.";
      findings.push({
        severity: "advice",
        line: line?.line ?? 1,
        says: "it does not say when it was reviewed",
        remedy,
      });
    } else if (now !== null && now - day > reviewedDaysMax) {
      const says = `it was reviewed ${now - day} days ago`;
      const remedy = "Go through its steps, mend what has changed, and write the date of today.";
      findings.push({ severity: "advice", line: line.line, says, remedy });
    } else if (now !== null && day > now) {
      const remedy = "Write the date on which somebody went through its steps.";
      findings.push({
        severity: "error",
        line: line.line,
        says: "it was reviewed on a day that has not come yet",
        remedy,
      });
    }
    return findings;
  },
};

/** A day that the calendar does not have, or one that is written otherwise. */
function misdatedIn({ prose }: Outline): { readonly date: string; readonly line: number } | undefined {
  return prose.flatMap(({ line, text }) => {
    const date = reviewed.exec(text)?.[1] ?? dateLike.exec(text)?.[1]?.replace(/[.]$/, "");
    return date === undefined ? [] : [{ date, line }];
  })[0];
}

function hasOwner({ prose, sections }: Outline): boolean {
  if (prose.some(({ text }) => owner.test(text))) return true;
  return sections.some(
    ({ title, prose: body }) => /^owners?$/i.test(title) && body.some(({ text }) => text.trim() !== ""),
  );
}
