import { code, page, table } from "./markdown.ts";

/** A lint rule, as far as its page tells it. */
export interface LintRuleDescription {
  readonly id: string;
  readonly severity: string;
  readonly doc: string;
  readonly source: string;
}

function section({ id, severity, doc, source }: LintRuleDescription): string {
  return [`## ${id}`, doc, `**Severity.** ${severity}. **Source.** ${source}.`].join("\n\n");
}

/** The reference of all lint rules for policies. */
export function lintRulesPage(rules: readonly LintRuleDescription[]): string {
  const intro = [
    `${rules.length} rules look for what in a policy is likely not meant. ${code("holdfast explain")} applies them to a contract, `,
    `${code("lint")} of ${code("@holdfast/resilience")} to a policy in code. An **error** is a policy that cannot do what it declares, a `,
    "**warning** one that does harm in a situation that comes about, **advice** says that there is something better.",
  ].join("");
  const overview = table(
    ["rule", "severity"],
    rules.map(({ id, severity }) => [`[${id}](#${id})`, severity]),
  );
  return page("Lint rules", intro, overview, ...rules.map(section));
}
