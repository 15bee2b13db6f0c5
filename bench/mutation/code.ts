import { stripTypeScriptTypes } from "node:module";

/** What kind of braces a place is in. */
export type Enclosure = "top" | "class" | "function" | "constructor" | "block";

/**
 * The JavaScript of a TypeScript file with comments and texts blanked out, sign for sign in the same place; `null` if it is not valid.
 * What is left are the operators, numbers and words that run.
 */
export function bareCode(source: string): string | null {
  try {
    return blanked(stripTypeScriptTypes(source));
  } catch {
    return null;
  }
}

/** Comments, texts and templates, each of which may contain what looks like another. */
const quiet = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

function blanked(code: string): string {
  return code.replace(quiet, (part) => part.replace(/[^\n]/g, " "));
}

/** The braces that open in a piece of bare code: where, and what they enclose. */
export function openings(code: string): readonly { readonly at: number; readonly what: Enclosure }[] {
  return [...code.matchAll(/\{/g)].map(({ index }) => ({ at: index, what: enclosureOf(code, index) }));
}

/** The innermost braces around a place. */
export function enclosureAt(code: string, place: number): Enclosure {
  const open: Enclosure[] = [];
  for (const { 0: brace, index } of code.slice(0, place).matchAll(/[{}]/g)) {
    if (brace === "{") open.push(enclosureOf(code, index));
    else open.pop();
  }
  return open.at(-1) ?? "top";
}

/** Where the bracket at `open` closes, or −1. */
export function closingOf(code: string, open: number): number {
  let depth = 0;
  for (const { 0: bracket, index } of code.slice(open).matchAll(/[()]/g)) {
    depth += bracket === "(" ? 1 : -1;
    if (depth === 0) return open + index;
  }
  return -1;
}

function enclosureOf(code: string, brace: number): Enclosure {
  const before = code.slice(0, brace).trimEnd();
  if (/\bclass \w+(\s+extends\s+\w+)?\s*$/.test(before)) return "class";
  if (before.endsWith("=>")) return "function";
  if (!before.endsWith(")")) return "block";
  const word = wordBefore(before, openingOf(before));
  if (/^(if|for|while|switch|catch)$/.test(word)) return "block";
  return word === "constructor" ? "constructor" : "function";
}

function openingOf(code: string): number {
  let depth = 0;
  for (let at = code.length - 1; at >= 0; at--) {
    if (code[at] === ")") depth++;
    if (code[at] === "(" && --depth === 0) return at;
  }
  return -1;
}

function wordBefore(code: string, at: number): string {
  return /([\w#]+)\s*$/.exec(code.slice(0, at))?.[1] ?? "";
}
