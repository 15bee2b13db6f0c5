import { isMapping, nearest, type Path, type Problem } from "@holdfast/core";
import { splitCommand } from "./commands.ts";
import { isCommandPlace, keepsTemplates, runTemplates, templatesAllowedAt } from "./template-places.ts";
import { escapeTemplates, type Piece, piecesOf } from "./templates.ts";

/** The environment as a contract may read it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A document whose `${NAME}` of the environment are filled in. */
export interface Resolved {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Values that were read from variables whose names speak of secrets. */
  readonly secrets: readonly string[];
  /** What was written in place of each value read from the environment, for messages. */
  readonly written: ReadonlyMap<string, string>;
}

/** Names of variables whose values are never stored or printed. */
export const secretName: RegExp = /secret|token|key|passw(or)?d|credential|authorization/i;

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Fills in the environment everywhere and checks every template; templates of a run stay where they may stand. */
export function resolveEnvironment(value: unknown, env: Environment): Resolved {
  const root = isMapping(value) ? value["integrations"] : undefined;
  const resolver: Resolver = {
    env,
    integrations: isMapping(root) ? Object.keys(root) : [],
    problems: [],
    secrets: new Set(),
    written: new Map(),
  };
  const resolved = resolveValue(value, [], resolver);
  const { problems, secrets, written } = resolver;
  return { value: resolved, problems, secrets: [...secrets], written };
}

interface Resolver {
  readonly env: Environment;
  readonly integrations: readonly string[];
  readonly problems: Problem[];
  readonly secrets: Set<string>;
  readonly written: Map<string, string>;
}

function resolveValue(value: unknown, path: Path, resolver: Resolver): unknown {
  if (typeof value === "string") return resolveLeaf(value, path, resolver);
  if (Array.isArray(value)) return value.map((item, index) => resolveValue(item, [...path, index], resolver));
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveValue(item, [...path, key], resolver)]),
  );
}

function resolveLeaf(text: string, path: Path, resolver: Resolver): unknown {
  if (text.includes("\0")) resolver.problems.push(zeroByte(text, path));
  if (!text.includes("${")) return text;
  // Arguments are told apart first: a value with a space in it must not become two.
  const command = isCommandPlace(path) ? splitCommand(text) : null;
  if (command !== null && "argv" in command) {
    return command.argv.map((argument) => resolveText(argument, path, resolver));
  }
  return resolveText(text, path, resolver);
}

function resolveText(text: string, path: Path, resolver: Resolver): string {
  const allowed = templatesAllowedAt(path, resolver.integrations);
  const keeps = keepsTemplates(path);
  const pieces = piecesOf(text).map((piece): Resolvable => {
    if ("literal" in piece) return piece;
    if ("template" in piece && allowed.includes(piece.template)) return piece;
    if ("template" in piece) return { literal: readVariable(piece.template, text, path, allowed, resolver) };
    resolver.problems.push(unclosed(text, path));
    return { literal: "" };
  });
  const dollar = pieces.findIndex(
    (piece, index) => endsInDollar(piece) && "template" in (pieces[index + 1] ?? {}),
  );
  if (keeps && dollar !== -1) resolver.problems.push(dollarBeforeTemplate(text, path));
  let resolved = "";
  for (const piece of joinLiterals(pieces)) {
    resolved +=
      "literal" in piece ? (keeps ? escapeTemplates(piece.literal) : piece.literal) : `\${${piece.template}}`;
  }
  return resolved;
}

type Resolvable = Exclude<Piece, { readonly unclosed: true }>;

/** Joined before they are escaped: two pieces may form a `${` that neither holds alone. */
function joinLiterals(pieces: readonly Resolvable[]): readonly Resolvable[] {
  const joined: Resolvable[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && "literal" in last && "literal" in piece) {
      joined[joined.length - 1] = { literal: last.literal + piece.literal };
    } else {
      joined.push(piece);
    }
  }
  return joined;
}

function endsInDollar(piece: Resolvable): boolean {
  return "literal" in piece && piece.literal.endsWith("$");
}

function dollarBeforeTemplate(text: string, path: Path): Problem {
  return {
    code: "TEMPLATE_AFTER_DOLLAR",
    path,
    found: JSON.stringify(text),
    expected: "no $ directly before a template",
    remedy: "Put something between the value that ends in $ and the template.",
  };
}

function readVariable(
  name: string,
  text: string,
  path: Path,
  allowed: readonly string[],
  resolver: Resolver,
): string {
  const value = variable.test(name) ? resolver.env[name] : undefined;
  if (typeof value !== "string") {
    resolver.problems.push(unknownTemplate(name, path, allowed, resolver));
    return "";
  }
  resolver.written.set(JSON.stringify(path), text);
  if (secretName.test(name) && value !== "") resolver.secrets.add(value);
  return value;
}

function zeroByte(text: string, path: Path): Problem {
  const expected = "a text without a NUL character";
  return {
    code: "BAD_FORMAT",
    path,
    found: JSON.stringify(text),
    expected,
    remedy: "Remove \\0 from the text.",
  };
}

function unclosed(text: string, path: Path): Problem {
  return {
    code: "TEMPLATE_UNCLOSED",
    path,
    found: JSON.stringify(text),
    expected: "a template such as ${NAME}",
    remedy: "Close it with }, or write $${ for a plain ${.",
  };
}

function unknownTemplate(name: string, path: Path, allowed: readonly string[], resolver: Resolver): Problem {
  const problem = { path, found: `\${${name}}` };
  if (runTemplates(resolver.integrations).includes(name)) {
    const expected =
      allowed.length === 0
        ? "a value without templates of a run"
        : `one of ${allowed.map(written).join(", ")}`;
    return {
      ...problem,
      code: "TEMPLATE_NOT_HERE",
      expected,
      remedy: `Remove \${${name}}: a run has no value for it here.`,
    };
  }
  const near = nearest(name, allowed);
  if (variable.test(name) && near === undefined) {
    const remedy = `Set ${name} in the environment of holdfast, such as ${name}=… holdfast verify.`;
    return { ...problem, code: "UNSET_VARIABLE", expected: `the variable ${name} to be set`, remedy };
  }
  const expected = `a variable of the environment, or one of ${allowed.map(written).join(", ") || "no template"}`;
  const remedy =
    near === undefined ? "Remove it, or write $${ for a plain ${." : `Did you mean ${written(near)}?`;
  return { ...problem, code: "UNKNOWN_TEMPLATE", expected, remedy };
}

function written(name: string): string {
  return `\${${name}}`;
}
