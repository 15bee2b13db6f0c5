import {
  type Document,
  isMap,
  LineCounter,
  parseDocument,
  visit,
  type YAMLError,
  YAMLParseError,
} from "yaml";
import type { ContractProblem, Place } from "./model.ts";
import { keyText, type Places, placesOf } from "./place.ts";
import { syntaxProblem, textProblem, tooDeep } from "./syntax-problem.ts";

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
    logLevel: "silent",
  });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const error = firstError(document);
  if (error !== undefined) return { problem: syntaxProblem(error, text, at(error.pos[0])) };
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
  const all: YAMLError[] = [...document.errors, ...document.warnings];
  const duplicate = all.length === 0 ? duplicateKey(document) : undefined;
  if (duplicate !== undefined) all.push(duplicate);
  return all.sort((a, b) => a.pos[0] - b.pos[0])[0];
}

function duplicateKey(document: Document.Parsed): YAMLError | undefined {
  let found: YAMLError | undefined;
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = keyText(key);
        if (seen.has(name)) {
          const [start, end] = (key as { range?: [number, number, number] } | null)?.range ?? [0, 0];
          found = new YAMLParseError([start, end], "DUPLICATE_KEY", name);
          return visit.BREAK;
        }
        seen.add(name);
        if (isMap(key)) found = new YAMLParseError([key.range?.[0] ?? 0, 0], "NON_STRING_KEY", "");
      }
      return undefined;
    },
  });
  return found;
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
