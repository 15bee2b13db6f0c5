import { code, page, table } from "./markdown.ts";

/** A rule for runbooks, as far as its page tells it. */
export interface RunbookRuleDescription {
  readonly id: string;
  readonly question: string;
  readonly example: string;
  /** What it says of its example. */
  readonly found: readonly {
    readonly line: number;
    readonly severity: string;
    readonly says: string;
    readonly remedy: string;
  }[];
}

function section({ id, question, example, found }: RunbookRuleDescription): string {
  const told = found.map(
    ({ line, severity, says, remedy }) => `- line ${line}, **${severity}**: ${says}. ${remedy}`,
  );
  return [
    `## ${id}`,
    question,
    "Of",
    `\`\`\`\`markdown\n${example}\n\`\`\`\``,
    "it says:",
    told.join("\n"),
  ].join("\n\n");
}

/** The reference of all rules for runbooks. */
export function runbookRulesPage(rules: readonly RunbookRuleDescription[]): string {
  const intro = [
    `${rules.length} rules look for what a runbook lacks. ${code("holdfast runbooks check")} applies them. `,
    "An **error** is something that somebody would be stuck with, **advice** says what could be better.",
  ].join("");
  const overview = table(
    ["rule", "asks"],
    rules.map(({ id, question }) => [`[${id}](#${id})`, question]),
  );
  return page("Runbook rules", intro, overview, ...rules.map(section));
}
