import type { ContractProblem } from "@holdfast/contract";
import { isMapping } from "@holdfast/core";
import type { ObjectivesRead } from "../objectives-read.ts";
import { distinct } from "../slug.ts";
import { documentsOf } from "./documents.ts";
import { readOpenSlo } from "./openslo.ts";
import { readSloth } from "./sloth.ts";

/** Reads the objectives of a text in the format of OpenSLO (`openslo/v1`) or of sloth (`prometheus/v1`). */
export function importObjectives(text: string): ObjectivesRead {
  const documents = documentsOf(text);
  const broken = documents.flatMap((one) => ("problem" in one ? [one.problem] : []));
  const sources = documents.flatMap((one) => ("source" in one ? [one.source] : []));
  if (broken.length > 0) return { objectives: [], subjects: [], notes: [], problems: broken };
  const sloth = sources.filter(({ value }) => isMapping(value) && "version" in value);
  const rest = sources.filter((source) => !sloth.includes(source));
  const read = [...sloth.map(readSloth), readOpenSlo(rest)];
  const objectives = read.flatMap((one) => one.objectives);
  const ids = distinct(objectives.map(({ id }) => id));
  const problems = read.flatMap((one) => one.problems);
  return {
    objectives: objectives.map((objective, index) => ({ ...objective, id: ids[index] ?? objective.id })),
    subjects: [],
    notes: read.flatMap((one) => one.notes),
    problems: objectives.length === 0 && problems.length === 0 ? [nothing] : problems,
  };
}

const nothing: ContractProblem = {
  code: "SLO_NONE",
  path: [],
  place: { line: 1, column: 1 },
  found: "no objective",
  expected:
    "an objective of OpenSLO (apiVersion: openslo/v1, kind: SLO) or of sloth (version: prometheus/v1)",
  remedy: "Name a file that declares one, or a contract with slo in an integration.",
};
