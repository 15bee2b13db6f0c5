import { wrapped } from "@holdfast/core";
import type { Explanation } from "./explanation.ts";
import type { Section } from "./section.ts";
import { sectionsOf, summaryOf } from "./sections.ts";

/** How wide a line is at most. */
const columns = 80;
const indent = "  ";
/** Where what is said about a name begins. */
const gutter = 26;

/** An explanation for a terminal: 80 columns wide, letters only. */
export function explanationText(explanation: Explanation): string {
  const title = explanation.name === null ? [] : [explanation.name, ""];
  const parts = sectionsOf(explanation).map(sectionText);
  return `${[...title, ...wrapped(summaryOf(explanation), columns), "", parts.join("\n\n")].join("\n")}\n`;
}

function sectionText({ title, rows, table = [], notes = [] }: Section): string {
  return [
    title,
    ...rows.flatMap(([name, says]) => beside(name, says)),
    ...tableLines(table),
    ...notes.flatMap((note) => wrapped(note, columns - indent.length).map((line) => indent + line)),
  ].join("\n");
}

function beside(name: string, says: string): readonly string[] {
  const [first = "", ...rest] = wrapped(says, columns - gutter);
  const label = `${indent}${name}`.padEnd(gutter - 1);
  return [`${label} ${first}`, ...rest.map((line) => " ".repeat(gutter) + line)];
}

function tableLines(table: readonly (readonly string[])[]): readonly string[] {
  const [head = []] = table;
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  const spare = columns - indent.length - widths.reduce((sum, width) => sum + width, 0);
  const gap = " ".repeat(Math.max(1, Math.min(3, Math.floor(spare / (head.length - 1)))));
  return table.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return indent + cells.join(gap);
  });
}
