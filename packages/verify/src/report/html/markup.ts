/** Markup that is safe to put into a page: only `html` makes it, and `html` escapes whatever is not markup. */
export interface Markup {
  readonly markup: string;
}

/** What may stand inside a template: text is escaped, nothing is left out. */
export type Content = Markup | string | number | null | false | readonly Content[];

/** Markup from a template; every value that is not markup itself is escaped for text and quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const markup = parts.map((part, index) => `${part}${contentMarkup(values[index] ?? null)}`).join("");
  return { markup };
}

/** Text of our own that is markup already, such as a style sheet; never text that came from outside. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Text as it may stand in an element or a quoted attribute; what reorders or hides text is made visible. */
export function escaped(text: string): string {
  return text
    .replace(invisible, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Controls but for tab and line feed, direction overrides and isolates, lone surrogates. */
const invisible: RegExp = /(?![\t\n])[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;

function contentMarkup(content: Content): string {
  if (content === null || content === false) return "";
  if (typeof content === "string" || typeof content === "number") return escaped(String(content));
  return "markup" in content ? content.markup : content.map(contentMarkup).join("");
}
