import { columnsOf } from "@holdfast/core";

/** A duration for people: `0.4 ms`, `12 ms`, `1.25 s`, `2 min 5 s`, `6 h 30 min`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  if (size < 0.05) return "0 ms";
  if (size < 10) return `${trim(ms, 1)} ms`;
  if (size < 999.5) return `${Math.round(ms)} ms`;
  if (size < 9_995) return `${trim(ms / 1_000, 2)} s`;
  if (size < 59_950) return `${trim(ms / 1_000, 1)} s`;
  if (size < 7_199_500) return twoUnits(Math.round(ms / 1_000), "min", "s");
  return twoUnits(Math.round(ms / 60_000), "h", "min");
}

/** Sixtieths of a unit as that unit and what is left over. */
function twoUnits(parts: number, unit: string, partUnit: string): string {
  const rest = parts % 60;
  return rest === 0 ? `${parts / 60} ${unit}` : `${Math.trunc(parts / 60)} ${unit} ${rest} ${partUnit}`;
}

/** A measured number with its unit; milliseconds become durations, ratios percentages. */
export function quantityText(value: number, unit: string): string {
  if (unit === "ms") return durationText(value);
  if (unit === "ratio" || unit === "%") return `${trim(unit === "%" ? value : value * 100, 1)} %`;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const number = trim(value, digits);
  if (unit === "") return number;
  return `${number} ${number === "1" && /[a-z]s$/.test(unit) ? unit.slice(0, -1) : unit}`;
}

/** Both ends of an interval: `201 ms to 205 ms`, `47 to 49 attempts`. */
export function intervalText(interval: readonly [number, number], unit: string): string {
  const [low, high] = [quantityText(interval[0], unit), quantityText(interval[1], unit)];
  const bare =
    unit !== "" && unit !== "ms" && unit !== "ratio" && unit !== "%" ? quantityText(interval[0], "") : low;
  return low === high ? high : `${bare} to ${high}`;
}

/** `1 attempt`, `3 attempts`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The first clause of what an item says: `4 of 10 checks`; and what follows it. */
export function clauses(says: string): readonly [head: string, rest: string] {
  const cut = says.search(/[:;]/);
  return cut < 0 ? [says, ""] : [says.slice(0, cut), says.slice(cut + 1).trim()];
}

/** A sentence with a capital, unless it begins with a name. */
export function asSentence(text: string): string {
  return /^[a-z]+(?:[ ,:;]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Text that came from outside, on one line, with control and direction-override characters made visible. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(unprintable, "\uFFFD").trim();
}

/** `text` in at most `columns` columns, cut at a word where that loses little, with an ellipsis. */
export function shortened(text: string, columns: number, ellipsis: string = "…"): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let used = columnsOf(ellipsis);
  for (const letter of text) {
    used += columnsOf(letter);
    if (used > columns) break;
    kept += letter;
  }
  const atWord = text[kept.length] === " " ? kept : kept.replace(/\s+\S*$/, "");
  const cut = atWord.length >= kept.length * 0.7 ? atWord : kept;
  return `${cut.replace(/[\s,;:(–-]+$/, "")}${ellipsis}`;
}

/** `text` filled up with spaces to `columns` columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** Controls, and marks that reorder the text around them. */
const unprintable: RegExp = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** A text cut at its backticks into plain and quoted parts; an unpaired backtick stays text. */
export function quotedParts(text: string): readonly { readonly text: string; readonly quoted: boolean }[] {
  return text
    .split(/(`[^`]+`)/)
    .filter((part) => part !== "")
    .map((part) =>
      /^`[^`]+`$/.test(part) ? { text: part.slice(1, -1), quoted: true } : { text: part, quoted: false },
    );
}
