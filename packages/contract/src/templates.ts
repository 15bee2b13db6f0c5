import { CodedError, nearest } from "@holdfast/core";

/** A piece of a text with templates: plain text, or the name between `${` and `}`. */
export type Piece =
  | { readonly literal: string }
  | { readonly template: string }
  /** `${` that nothing closes. */
  | { readonly unclosed: true };

/** Takes a text with templates apart; `$${` stands for a plain `${`. */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") pieces.push({ literal });
    literal = "";
  };
  let from = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{([^{}]*)\}|\$\{/g)) {
    literal += text.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[0] === "$${") {
      literal += "${";
      continue;
    }
    flush();
    pieces.push(match[1] === undefined ? { unclosed: true } : { template: match[1].trim() });
  }
  literal += text.slice(from);
  flush();
  return pieces;
}

/** Writes plain text so that it reads back as itself: the opposite of `$${`. */
export function escapeTemplates(literal: string): string {
  return literal.split("${").join("$${");
}

/** The names of all templates in a text. */
export function templatesOf(text: string): readonly string[] {
  return piecesOf(text).flatMap((piece) => ("template" in piece ? [piece.template] : []));
}

/** Fills a text with the values of a run: `{ port: "8080", "call.id": "…", "integrations.payments.address": "…" }`. */
export function render(template: string, values: Readonly<Record<string, string>>): string {
  return piecesOf(template)
    .map((piece) => {
      if ("literal" in piece) return piece.literal;
      const name = "template" in piece ? piece.template : "";
      if ("template" in piece && Object.hasOwn(values, name)) return values[name];
      const near = nearest(name, Object.keys(values));
      throw new CodedError("TEMPLATE_UNKNOWN", `There is no value for \${${name}} here.`, {
        remedy: near === undefined ? "Remove it, or write $${ for a plain ${." : `Did you mean \${${near}}?`,
        details: { template: name },
      });
    })
    .join("");
}
