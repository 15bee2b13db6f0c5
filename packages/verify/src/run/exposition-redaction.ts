import { isCredentialName } from "@holdfast/core";
import type { Redactor } from "@holdfast/faults";

const described = /^# (?:TYPE|UNIT) [\w:]+ \w+$|^# EOF$/;
const quoted = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
const labelBefore = /([A-Za-z_]\w*)[ \t]*=[ \t]*$/;
const labelLongest = 200;
/** Looking for secrets takes longer than a text is long; nobody has labels of this length. */
const textLongest = 2_000;
const name = "(?:[\\w:]+(?=[ \\t{])[ \\t]*)?";
const number = "[-+]?(?:[\\d.]+(?:e[-+]?\\d+)?|inf|infinity|nan)";
const values = `${number}(?:[ \\t]+${number})?[ \\t]*`;
const labels = "\\{[\\w\\s=,]*\\}[ \\t]*";
/** A line of samples, with an exemplar perhaps, once the texts in quotes are taken out. It takes no longer than the line is. */
const plain = new RegExp(`^[ \\t]*${name}(?:${labels})?${values}(?:#[ \\t]*${labels}${values})?$`, "i");
/** Bounds of buckets and quantiles are numbers, however long. */
const bounds = new Set(["le", "quantile"]);
const bound = new RegExp(`^${number}$`, "i");

/**
 * A text exposition as it may be stored. Names and numbers stay as they are, so that it can still be read and rules still match;
 * descriptions and comments are left out, values of labels are redacted one by one, and what is no line of the format as a whole.
 */
export function redactExposition(text: string, redactor: Pick<Redactor, "header" | "text">): string {
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("#")) kept.push(redactLine(line, redactor));
    else if (described.test(line)) kept.push(line);
  }
  return kept.join("\n");
}

function redactLine(line: string, redactor: Pick<Redactor, "header" | "text">): string {
  if (!plain.test(line.replace(quoted, ""))) return redactor.text(line.slice(0, textLongest));
  return line.replace(quoted, (value, at: number) => {
    const [, label = ""] = labelBefore.exec(line.slice(Math.max(0, at - labelLongest), at)) ?? [];
    const meant = unescaped(value.slice(1, -1));
    if (bounds.has(label) && bound.test(meant)) return value;
    const kind = isCredentialName(label) === null ? "label" : "secret";
    const safe = redactor.header(kind, meant.slice(0, textLongest));
    return safe === meant ? value : `"${escaped(safe)}"`;
  });
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function unescaped(value: string): string {
  return value.replaceAll(/\\([\\"n])/g, (_, one: string) => (one === "n" ? "\n" : one));
}
