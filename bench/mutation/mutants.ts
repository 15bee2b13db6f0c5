import { bareCode, closingOf, enclosureAt, openings } from "./code.ts";

/** One small change of a source file. */
export interface Mutant {
  /** Where in the file, in signs from its start. */
  readonly at: number;
  readonly was: string;
  readonly now: string;
  /** The line of the file, trimmed: with the change, the name by which a mutant is known. */
  readonly line: string;
  readonly lineNumber: number;
  /** Which of the same changes in lines of the same text this is, from 1. */
  readonly nth: number;
}

interface Change {
  readonly at: number;
  readonly was: string;
  readonly now: string;
}

/** What stands in place of an operator: the bound moved, the sense turned round. */
const swaps: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "**": ["*"],
  "+=": ["-="],
  "-=": ["+="],
  "&&": ["||"],
  "||": ["&&"],
  "&": ["|"],
  "|": ["&"],
  "??": ["&&"],
};

/** All mutants of a source file that are valid code. */
export function mutantsOf(source: string): readonly Mutant[] {
  const code = bareCode(source);
  if (code === null) throw new Error("This is no valid TypeScript.");
  const changes = [
    ...operators(code),
    ...words(code),
    ...numbers(code),
    ...conditions(code),
    ...statements(code),
    ...earlyReturns(code),
  ];
  const valid = changes
    .map((change) => ({ ...change, was: source.slice(change.at, change.at + change.was.length) }))
    .filter((change) => bareCode(mutated(source, change)) !== null)
    .sort((a, b) => a.at - b.at);
  const mutants: Mutant[] = [];
  for (const change of valid) {
    const place = placeOf(source, change.at);
    const same = mutants.filter(
      ({ line, was, now }) => line === place.line && was === change.was && now === change.now,
    );
    mutants.push({ ...change, ...place, nth: same.length + 1 });
  }
  return mutants;
}

/** The source with one change. */
export function mutated(source: string, { at, was, now }: Change): string {
  return source.slice(0, at) + now + source.slice(at + was.length);
}

function placeOf(source: string, at: number): Pick<Mutant, "line" | "lineNumber"> {
  const start = source.lastIndexOf("\n", at - 1) + 1;
  const end = source.indexOf("\n", at);
  return {
    line: source.slice(start, end < 0 ? undefined : end).trim(),
    lineNumber: source.slice(0, start).split("\n").length,
  };
}

/** Operators have a blank on either side here, as the formatter puts it; a sign or an arrow has not. */
function operators(code: string): readonly Change[] {
  return [...code.matchAll(/(?<=[\s])([<>=!+\-*/%&|?]{1,3})(?=\s)/g)].flatMap(({ 1: was = "", index }) =>
    (swaps[was] ?? []).map((now) => ({ at: index, was, now })),
  );
}

function words(code: string): readonly Change[] {
  const other: Readonly<Record<string, string>> = {
    true: "false",
    false: "true",
    "Math.min": "Math.max",
    "Math.max": "Math.min",
    "++": "--",
    "--": "++",
  };
  return [...code.matchAll(/\b(?:true|false|Math\.min|Math\.max)\b|\+\+|--/g)].map(({ 0: was, index }) => ({
    at: index,
    was,
    now: other[was] as string,
  }));
}

function numbers(code: string): readonly Change[] {
  return [...code.matchAll(/(?<![\w.#])\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/g)].flatMap(
    ({ 0: was, index }) => ["+", "-"].map((sign) => ({ at: index, was, now: `(${was} ${sign} 1)` })),
  );
}

function conditions(code: string): readonly Change[] {
  return [...code.matchAll(/\b(?:if|while) \(/g)].map(({ 0: head, index }) => {
    const open = index + head.length - 1;
    const was = code.slice(open, closingOf(code, open) + 1);
    return { at: open, was, now: `(!${was})` };
  });
}

/** What does something, in one line: an assignment, a call, a return, with or without an `if` before it. */
const statement =
  /^(?:return\b|throw\b|break;|continue;|super\(|(?:this\.)?[\w#.]+(?:\[.*\])?(?:\(| \S{0,2}= |\+\+|--)).*;$/;

function statements(code: string): readonly Change[] {
  return [...code.matchAll(/^.*;$/gm)].flatMap(({ 0: line, index }) => {
    const head = headOf(line);
    const was = line.slice(head);
    const isWhole = statement.test(was) && !/^(?:const|let|import|export)\b/.test(was) && isBalanced(was);
    const at = index + head;
    return isWhole && enclosureAt(code, at) !== "class" ? [{ at, was, now: ";" }] : [];
  });
}

/** Where the statement of a line begins, behind its blanks, its `else` and its `if`. */
function headOf(line: string): number {
  const head = /^\s*(?:else )?(?:if )?/.exec(line)?.[0] ?? "";
  if (!head.endsWith("if ")) return head.length;
  const behind = closingOf(line, head.length) + 1;
  return behind + (/^\s*/.exec(line.slice(behind))?.[0].length ?? 0);
}

function isBalanced(text: string): boolean {
  return ["()", "[]", "{}"].every(
    ([open = "", close = ""]) => text.split(open).length === text.split(close).length,
  );
}

function earlyReturns(code: string): readonly Change[] {
  return openings(code)
    .filter(({ at, what }) => what === "function" && !/^\{\s*\}/.test(code.slice(at)))
    .map(({ at }) => ({ at, was: "{", now: "{ return;" }));
}
