import type { Explanation } from "./explanation.ts";
import type { Section } from "./section.ts";
import { sectionsOf, summaryOf } from "./sections.ts";

/** An explanation for a document; its headings begin at the second level. */
export function explanationMarkdown(explanation: Explanation): string {
  const title = explanation.name === null ? [] : [`## ${escaped(explanation.name)}`];
  return `${[...title, escaped(summaryOf(explanation)), ...sectionsOf(explanation).map(sectionMarkdown)].join("\n\n")}\n`;
}

function sectionMarkdown({ title, rows, table = [], notes = [] }: Section): string {
  const list = rows.map(([name, says]) => `- **${escaped(name)}:** ${escaped(says)}`).join("\n");
  return [`### ${title}`, list, tableMarkdown(table), ...notes.map(escaped)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function tableMarkdown([head, ...rows]: readonly (readonly string[])[]): string {
  if (head === undefined) return "";
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|---|${"--:|".repeat(head.length - 1)}`, ...rows.map(line)].join("\n");
}

/** Names come from a file: they must not become markup. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, "\\$&").replaceAll(/\s*\n\s*/g, " ");
}
