import type { ContractProblem } from "./model.ts";
import { formatPath } from "./read-contract.ts";

/** A problem as a person reads it: place, path, what was expected, what was found, and how to mend it. */
export function describeProblem(problem: ContractProblem, file: string): string {
  const { place, path, expected, found, remedy, code } = problem;
  const where = path.length === 0 ? "" : `${formatPath(path)}: `;
  return `${file}:${place.line}:${place.column} ${code}\n  ${where}expected ${expected}, found ${found}.\n  ${remedy}`;
}
