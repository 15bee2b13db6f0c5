import { oneLine, quotedParts } from "./text.ts";

/** Text of others in Markdown, as it stands: letters that mean something to Markdown or HTML are made harmless. */
export function md(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]|~]/g, (letter) => `\\${letter}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/^([#+-]|\d+[.)])(?=\s|$)/, "\\$1")
    .replace(/(https?):\/\//gi, "$1&#58;//");
}

/** Text of others as code; backticks inside are kept by a longer fence. */
export function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((ticks) => ticks[0].length));
  const fence = "`".repeat(longest + 1);
  const space = line.startsWith("`") || line.endsWith("`") || line === "" ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** Text of others as code inside a table cell, where a bar would end the cell. */
export function cellCode(text: string): string {
  return code(text).replaceAll("|", "\\|");
}

/** Sentences of our own that may quote code between backticks. */
export function prose(text: string): string {
  return quotedParts(text)
    .map((part) => (part.quoted ? code(part.text) : mdInside(part.text)))
    .join("");
}

function mdInside(text: string): string {
  const [, before = "", middle = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
  return `${before === "" ? "" : " "}${md(middle)}${after === "" ? "" : " "}`;
}
