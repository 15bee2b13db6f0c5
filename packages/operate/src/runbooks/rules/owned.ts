import { dayNumber } from "../day-number.ts";
import type { RunbookFinding, RunbookRule } from "../finding.ts";
import type { Outline } from "../markdown.ts";

const owner = /^\W*(owners?|owned by|team|maintainers?)\b\W*\s*\S|\bowners?\*{0,2}:\*{0,2}\s*\S/i;
const reviewed = /\b(?:last\s+)?(?:reviewed|exercised|tested)\b[^\d\n]*(\d{4}-\d{2}-\d{2})/i;

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
    if (line === undefined || day === null) {
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

function hasOwner({ prose, sections }: Outline): boolean {
  if (prose.some(({ text }) => owner.test(text))) return true;
  return sections.some(
    ({ title, prose: body }) => /^owners?$/i.test(title) && body.some(({ text }) => text.trim() !== ""),
  );
}
