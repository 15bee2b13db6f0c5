import { type ContractProblem, formatPath } from "@holdfast/contract";

/** More problems than this at once help nobody: the rest is counted. */
const shownMax = 20;

/** Problems of a contract as people read them: place, the line itself where there is a text, what was expected, how to mend it. */
export function renderProblems(
  file: string,
  text: string | null,
  problems: readonly ContractProblem[],
): string {
  const lines = text?.split("\n") ?? [];
  const told = problems.slice(0, shownMax).map(({ code, place, found, expected, remedy, path }) => {
    const source = lines[place.line - 1];
    const gutter = String(place.line).padStart(5);
    const shown =
      source === undefined
        ? []
        : [`${gutter} | ${source}`, `${" ".repeat(5)} | ${" ".repeat(Math.max(0, place.column - 1))}^`];
    const where = path.length === 0 ? "" : `${formatPath(path)}: `;
    return [
      `${file}:${place.line}:${place.column} ${code}`,
      ...shown,
      `  ${where}found ${found}, expected ${expected}`,
      `  Remedy: ${remedy}`,
    ].join("\n");
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const rest = problems.length > shownMax ? `, the first ${shownMax} are shown` : "";
  return `${told.join("\n\n")}\n\n${count} in ${file}${rest}; nothing was run.\n`;
}
