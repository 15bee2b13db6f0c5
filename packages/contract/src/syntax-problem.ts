import type { YAMLError } from "yaml";
import type { ContractProblem, Place } from "./model.ts";

interface Told {
  readonly code: string;
  readonly expected: string;
  readonly remedy: string;
}

const unclosed: Told = {
  code: "YAML_UNCLOSED",
  expected: "a closing quote or bracket",
  remedy: "Close the quote, bracket or brace that is opened here, and indent what stands inside it.",
};
const quoted: Told = {
  code: "YAML_QUOTES_NEEDED",
  expected: "a value in quotes",
  remedy: 'Put the value in double quotes: "…".',
};

const colonMissing: Told = {
  code: "YAML_COLON",
  expected: "a key, a colon and a space",
  remedy: "Add the colon and the space after the key: name: value.",
};
const afterEnd: Told = {
  code: "YAML_SYNTAX",
  expected: "nothing after the end of a value",
  remedy: "Put the whole value in double quotes, or remove what follows its closing quote or bracket.",
};

const told: Readonly<Record<string, Told>> = {
  TAB_AS_INDENT: {
    code: "YAML_TAB",
    expected: "spaces for indentation",
    remedy: "Replace the tab by spaces: YAML allows no tabs in indentation.",
  },
  BAD_INDENT: {
    code: "YAML_INDENT",
    expected: "the same indentation as the entries beside it",
    remedy: "Indent the line like the entries it belongs with, two spaces deeper than their parent.",
  },
  DUPLICATE_KEY: {
    code: "YAML_DUPLICATE_KEY",
    expected: "every key once",
    remedy: "Remove one of the two, or merge what stands below them.",
  },
  MULTIPLE_DOCS: {
    code: "YAML_MULTIPLE_DOCUMENTS",
    expected: "one document in the file",
    remedy: "Remove the line --- and what follows, or move it to a file of its own.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: "YAML_INDENT",
    expected: "one key and one value on a line",
    remedy:
      'Put a value that holds ": " in quotes, or move what is nested to lines of its own, indented deeper.',
  },
  MULTILINE_IMPLICIT_KEY: colonMissing,
  BAD_DIRECTIVE: quoted,
  BAD_SCALAR_START: quoted,
  BAD_ALIAS: {
    code: "YAML_QUOTES_NEEDED",
    expected: "a value in quotes, or an alias of an anchor that exists",
    remedy: 'Put a value that starts with * or & in double quotes: "…".',
  },
  BAD_DQ_ESCAPE: {
    code: "YAML_ESCAPE",
    expected: "an escape that YAML knows",
    remedy: "Write \\\\ for a backslash, or use single quotes, in which backslashes stand for themselves.",
  },
  TAG_RESOLVE_FAILED: {
    code: "YAML_TAG",
    expected: "a plain value",
    remedy: "Remove the tag that starts with !, or put the value in quotes.",
  },
  NON_STRING_KEY: {
    code: "YAML_KEY",
    expected: "a text as key",
    remedy: "Write a plain word as key.",
  },
};

const unknown: Told = {
  code: "YAML_SYNTAX",
  expected: "well-formed YAML",
  remedy: "Check colons, quotes and indentation of this line and of the one above.",
};
const templateInFlow: Told = {
  code: "YAML_QUOTES_NEEDED",
  expected: "a template in quotes",
  remedy: 'Inside { } and [ ], put values with ${…} in double quotes: "${call.id}".',
};

/** The problem of a document that no one wrote by hand. */
export const tooDeep: ContractProblem = textProblem({
  code: "YAML_TOO_DEEP",
  found: "values nested or repeated by aliases without measure",
  expected: "a document that unfolds to a moderate size",
  remedy: "Check the brackets, and write repeated parts out in place of aliases.",
});

/** Tells an error of the YAML parser with a remedy of our own. */
export function syntaxProblem(error: YAMLError, text: string, place: Place): ContractProblem {
  if (error.code === "RESOURCE_EXHAUSTION") return tooDeep;
  const line = text.split("\n")[place.line - 1] ?? "";
  const { code, expected, remedy } = isTemplateInFlow(error, line) ? templateInFlow : toldOf(error);
  return { code, path: [], place, found: foundIn(line), expected, remedy };
}

/** Whether an error is told at the end of a quote or bracket that nothing closes. */
export function isUnclosed({ message }: YAMLError): boolean {
  return /Missing closing|must be sufficiently indented and end with|must end with a/.test(message);
}

function toldOf(error: YAMLError): Told {
  if (isUnclosed(error)) return unclosed;
  if (/followed by map values/.test(error.message)) return colonMissing;
  if (/at node end/.test(error.message)) return afterEnd;
  return told[error.code] ?? unknown;
}

/** A problem of the text itself, at its start unless a place is given. */
export function textProblem(
  problem: {
    readonly code: string;
    readonly found: string;
    readonly expected: string;
    readonly remedy: string;
  },
  place: Place = { line: 1, column: 1 },
): ContractProblem {
  return { ...problem, path: [], place };
}

/** `{ id: ${call.id} }`: the brace of the template opens a mapping, and the parser trips over what follows. */
function isTemplateInFlow(error: YAMLError, line: string): boolean {
  const flow = /[{[]/.test(line.replaceAll(/\$\{/g, ""));
  const bare = /\$\{/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, ""));
  return flow && bare && error.code !== "TAB_AS_INDENT";
}

function foundIn(line: string): string {
  const shown = line.trim();
  if (shown === "") return "nothing";
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 57)}…` : shown);
}
