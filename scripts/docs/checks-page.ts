import { code, page, table } from "./markdown.ts";

/** A check, as far as its page tells it. */
export interface CheckDescription {
  readonly id: string;
  readonly item: string;
  readonly question: string;
  readonly rule: string;
  readonly source: string;
  readonly required: boolean;
}

function section({ id, question, rule, source, required }: CheckDescription): string {
  const weight = required ? "The item is incomplete without it." : "The item can pass without it.";
  return [`### ${id}`, question, `**Rule.** ${rule}`, `**Source.** ${source}. ${weight}`].join("\n\n");
}

/** The reference of all checks that are built, by item of the checklist. */
export function checksPage(
  items: readonly { readonly id: string; readonly title: string }[],
  checks: readonly CheckDescription[],
): string {
  const parts = items.flatMap(({ id, title }) => {
    const own = checks.filter((check) => check.item === id);
    const empty = own.length === 0 ? ["No check of this item is built yet; it says `not-tested`."] : [];
    return [`## ${title}`, `Item ${code(id)}.`, ...empty, ...own.map(section)];
  });
  const overview = table(
    ["check", "item", "question"],
    checks.map(({ id, item, question }) => [`[${id}](#${id})`, code(item), question]),
  );
  return page("Checks", `${checks.length} checks are built.`, overview, ...parts);
}
