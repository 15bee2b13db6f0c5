import { type ContractProblem, parseSource, type Source } from "@holdfast/contract";
import type { Path, Problem } from "@holdfast/core";

/** A document of a file, parsed; places are those of the file. */
export type ReadDocument = { readonly source: Source } | { readonly problem: ContractProblem };

/** The documents of a text, of which YAML separates several by lines of three dashes; empty ones are left out. */
export function documentsOf(text: string): readonly ReadDocument[] {
  const lines = text.split("\n");
  const starts = lines.flatMap((line, index) => (/^---(\s|$)/.test(line) ? [index + 1] : []));
  const parts = [0, ...starts].map((from, index) => ({ from, to: starts[index] ?? lines.length + 1 }));
  return parts
    .map(({ from, to }) => ({ from, body: lines.slice(from, to - 1) }))
    .filter(({ body }) => body.some((line) => !/^\s*(#.*)?$/.test(line)))
    .map(({ from, body }) => parsePart("\n".repeat(from) + body.join("\n")));
}

/** Empty lines stand for what comes before, so that lines keep their numbers. */
function parsePart(text: string): ReadDocument {
  const parsed = parseSource(text);
  return "source" in parsed ? { source: parsed.source } : { problem: parsed.problem };
}

const aboutKeys = new Set(["UNKNOWN_KEY", "BAD_KEY", "MISSING"]);

/** Gives problems of a document their places: at the key where it is about the key, else at the value. */
export function placedIn({ places }: Source, problems: readonly Problem[]): readonly ContractProblem[] {
  return problems.map((problem) => ({
    ...problem,
    place: aboutKeys.has(problem.code) ? places.key(problem.path) : places.value(problem.path),
  }));
}

/** The problem of something that is known and not supported. */
export function unsupported(path: Path, found: string, expected: string, remedy: string): Problem {
  return { code: "SLO_NOT_SUPPORTED", path, found, expected, remedy };
}
