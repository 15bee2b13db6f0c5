import { type RunbookPart, runbookParts } from "../runbook-parts.ts";
import { runbookSections } from "../runbook-sections.ts";

/** Headings of what only lists ways to fail. */
const overview =
  /^\W*(?:table of )?contents\b|overview|summary|failure modes?\W*$|symptom|signature|^\W*(?:about|meaning)\b/i;

/** A label within a text and the head of a table are no sections. */
const levelMax = 7;

const acting = runbookSections
  .filter(({ name }) => name.startsWith("diagnosis") || name === "mitigation")
  .map(({ heading }) => heading);

/**
 * The heading of the section by which somebody can act on a way to fail: one that is about it, with something to do if there is such
 * a one, else the diagnosis or mitigation that speaks of it, else any other that does. `null` where only overviews do.
 */
export function sectionAbout(mentioned: RegExp, text: string): string | null {
  const parts = runbookParts(text).filter(({ heading, level }) => heading !== "" && level <= levelMax);
  const lists = parts.filter(({ heading }) => overview.test(heading) && !mentioned.test(heading));
  const own = parts.filter(
    (part) =>
      !overview.test(part.heading) && !lists.some(({ body }) => body.includes(part.heading + part.body)),
  );
  const about = own.filter(({ heading }) => mentioned.test(heading));
  const spoken = own.filter(({ body }) => mentioned.test(body));
  const found =
    about.find((part) => isActed(part, parts)) ??
    about[0] ??
    spoken.find(({ heading }) => isActing(heading)) ??
    spoken[0];
  return found?.heading ?? null;
}

function isActing(heading: string): boolean {
  return acting.some((one) => one.test(heading));
}

/** Whether a diagnosis or mitigation stands below it, or is what it is. */
function isActed({ heading, body }: RunbookPart, parts: readonly RunbookPart[]): boolean {
  return isActing(heading) || parts.some((one) => isActing(one.heading) && body.includes(one.heading));
}
