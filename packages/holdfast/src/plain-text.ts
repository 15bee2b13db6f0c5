/** Controls, and marks that reorder the text around them: what a message says must not drive the terminal that shows it. */
const unprintable = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text of somebody else's on one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(unprintable, "\uFFFD").trim();
}

/** What an error says for itself, on one line: its stack begins on the next one. */
export function headline(text: string): string {
  return oneLine(text.trimStart().split(/\r?\n/, 1)[0] ?? "");
}

/** A text of somebody else's with its lines kept. */
export function plainLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.replaceAll("\t", "    ").replaceAll(unprintable, "\uFFFD"));
}

/** The beginning of a text that fits into so many columns. */
export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** A length of time as people say it, in one unit. */
export function spoken(ms: number): string {
  const [unit, size] = units.find(([, of]) => ms >= of) ?? ["ms", 1];
  const value = ms / size;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}

/** `1 message`, `2 messages`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
