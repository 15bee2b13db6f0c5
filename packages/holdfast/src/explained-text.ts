import { formatDuration } from "@holdfast/core";
import { explanationText, lintRules } from "@holdfast/resilience";
import type { Explained, PlacedFinding } from "./explained.ts";

const columns = 80;

const about =
  "This is what a service does that keeps its policy to the letter, as @holdfast/resilience does. Whether yours does, holdfast verify shows.";

/** What is known about the policy of an integration, as people read it. `file` is how they call the contract. */
export function explainedText(one: Explained, file: string): string {
  const { name, place, explanation, findings } = one;
  const heading = `${name} (${file}:${place.line})`;
  const body =
    explanation === null
      ? [wrapped(`${name} declares no policy, so that there is nothing to explain.`, "").join("\n")]
      : [
          wrapped(about, "").join("\n"),
          explanationText({ ...explanation, name: null }).trimEnd(),
          findingsText(findings, file),
        ];
  const notes = notesOf(one);
  return `${[heading, "=".repeat(heading.length), "", [...body, ...notes].join("\n\n")].join("\n")}\n`;
}

/** How many findings there are, in one line. */
export function countText(all: readonly Explained[]): string {
  const findings = all.flatMap((one) => one.findings);
  const count = (severity: PlacedFinding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const errors = count("error");
  const warnings = count("warning");
  return `${errors} ${errors === 1 ? "error" : "errors"}, ${warnings} ${warnings === 1 ? "warning" : "warnings"}, ${count("advice")} advice\n`;
}

function findingsText(findings: readonly PlacedFinding[], file: string): string {
  if (findings.length === 0) return `What is doubtful\n  Nothing: ${lintRules.length} rules found nothing.`;
  const told = findings.flatMap(({ severity, rule, message, remedy, place }) => [
    `  ${file}:${place.line}:${place.column} ${severity} ${rule}`,
    ...wrapped(message, "    "),
    ...wrapped(`Remedy: ${remedy}`, "    "),
  ]);
  return ["What is doubtful", ...told].join("\n");
}

function notesOf({ explanation, idempotency, judgedBy, notBuilt }: Explained): readonly string[] {
  const notes: string[] = [];
  if (explanation !== null && explanation.retried !== null) {
    const are = idempotency.idempotent ? "are" : "are not";
    notes.push(`Calls ${are} taken for idempotent: ${idempotency.because}.`);
  }
  const silent = Object.entries(judgedBy).map(([name, value]) => defaultText(name, value));
  if (silent.length > 0) {
    notes.push(`Where nothing is declared, holdfast verify judges by defaults: ${silent.join(", ")}.`);
  }
  if (notBuilt.length > 0) notes.push(`Not built yet, and not part of this: ${notBuilt.join(", ")}.`);
  if (explanation === null) notes.push("holdfast guide plan says how to come to a policy.");
  return notes.map((note) => wrapped(note, "").join("\n"));
}

function defaultText(name: string, value: number): string {
  if (name === "attemptsMax") return `retry.attempts at most ${value}`;
  return `${name.slice(0, -"Ms".length)} ${formatDuration(value)}`;
}

function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
