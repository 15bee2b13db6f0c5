import type { Dialect } from "../tx.ts";

/** A statement of ours, taken apart at its placeholders: `texts` has one more than `order`, which names the parameter at each place. */
export interface TakenApart {
  readonly texts: readonly string[];
  /** The index of the parameter at each place, from 0. */
  readonly order: readonly number[];
}

/** Texts in quotes, placeholders, brackets, and what is between them. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$\d+|[?()]|[^'"`$?()]+|[\s\S]/g;

/** Takes a statement apart for a builder that writes placeholders of its own. */
export function takeApart(sql: string, dialect: Dialect): TakenApart {
  const texts: string[] = [];
  const order: number[] = [];
  let text = "";
  for (const [part] of sql.matchAll(token)) {
    const isPlace = dialect === "postgres" ? /^\$\d/.test(part) : part === "?";
    if (!isPlace) {
      text += part;
      continue;
    }
    texts.push(text);
    text = "";
    order.push(dialect === "postgres" ? Number(part.slice(1)) - 1 : order.length);
  }
  return { texts: [...texts, text], order };
}

/** Whether a statement answers with rows, for builders that have one call for those and another for the others. */
export function answersWithRows(sql: string): boolean {
  let depth = 0;
  let outer = "";
  for (const [part] of sql.matchAll(token)) {
    if (part === ")") depth -= 1;
    if (depth === 0) outer += part;
    if (part === "(") depth += 1;
  }
  if (/\breturning\b/i.test(outer)) return true;
  const [, verb = ""] =
    /^\s*(?:with\b[\s\S]*?)?\b(select|values|show|pragma|insert|update|delete)\b/i.exec(outer) ?? [];
  return /select|values|show|pragma/i.test(verb);
}
