import { type Document, LineCounter, parseDocument, type YAMLError } from "yaml";
import type { ContractProblem } from "./model.ts";
import { type Places, placesOf } from "./place.ts";
import { openedAt, structureError } from "./structure-errors.ts";
import { isUnclosed, syntaxProblem, textProblem, tooDeep } from "./syntax-problem.ts";

/** A YAML text, parsed: its value and where everything stands. */
export interface Source {
  readonly value: unknown;
  readonly places: Places;
}

/** The largest contract that is read. */
export const textBytesMax = 1_000_000;

/** How deep values may be nested, and how many there may be once aliases are unfolded. */
const depthMax = 60;
const valuesMax = 500_000;

/** Parses a text; the first thing that is wrong with its syntax ends it. */
export function parseSource(
  text: string,
): { readonly source: Source } | { readonly problem: ContractProblem } {
  if (text.length > textBytesMax) return { problem: tooLarge };
  try {
    return parse(text);
  } catch {
    // The parser recurses: only nesting that no contract has, or an alias bomb, brings it down.
    return { problem: tooDeep };
  }
}

/** The problem of a text above `textBytesMax`. */
export const tooLarge: ContractProblem = textProblem({
  code: "TOO_LARGE",
  found: "more than 1 MB",
  expected: "a file of at most 1 MB",
  remedy: "Check that this is the right file; move recorded answers into files of their own.",
});

const empty: ContractProblem = textProblem({
  code: "EMPTY",
  found: "nothing",
  expected: "a contract",
  remedy: "Run holdfast init to write a commented starter.",
});

function parse(text: string): { readonly source: Source } | { readonly problem: ContractProblem } {
  const lines = new LineCounter();
  // Duplicate keys are looked for below: the parser's own search takes quadratic time.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
  });
  const error = firstError(document);
  if (error !== undefined) {
    const offset = isUnclosed(error) ? openedAt(document, error.pos[0]) : error.pos[0];
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { problem: syntaxProblem(error, text, { line: Math.max(1, line), column: Math.max(1, col) }) };
  }
  if (document.contents === null || isEmptyScalar(document.contents)) return { problem: empty };
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return isMeasured(value) ? { source: { value, places: placesOf(document, lines) } } : { problem: tooDeep };
}

/** Whether a value is neither nested without measure (an alias can hold itself) nor unfolds to very many. */
function isMeasured(value: unknown): boolean {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth > depthMax) return false;
    for (const inner of Object.values(next.value)) {
      count += 1;
      waiting.push({ value: inner, depth: next.depth + 1 });
    }
    if (count > valuesMax) return false;
  }
  return true;
}

function firstError(document: Document.Parsed): YAMLError | undefined {
  const all: readonly YAMLError[] = [...document.errors, ...document.warnings];
  return all.toSorted((a, b) => a.pos[0] - b.pos[0])[0] ?? structureError(document);
}

function isEmptyScalar(contents: unknown): boolean {
  return (
    typeof contents === "object" &&
    contents !== null &&
    "value" in contents &&
    contents.value === null &&
    !("items" in contents)
  );
}
