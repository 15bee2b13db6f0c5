/** A heading of a runbook with all that stands below it, smaller headings included. */
export interface RunbookPart {
  readonly heading: string;
  /** 1 to 6 as marked, 7 for a bold line, 8 for a label, 9 for the head of a table, 0 for none. */
  readonly level: number;
  readonly body: string;
}

interface Heading {
  readonly heading: string;
  readonly level: number;
  /** What stands behind a label in its own line. */
  readonly rest: string;
}

type Placed = Heading & { readonly at: number };

/**
 * Cuts a text at its headings: marked by `#` or `=`, underlined, bold, a label with a colon, or the head of a table. What stands before
 * the first one, or right below the title, has no heading.
 */
export function runbookParts(text: string): RunbookPart[] {
  const lines = text.replaceAll("\r", "").split("\n");
  const heads = headsOf(lines);
  const [title] = heads;
  const isTitle = title !== undefined && heads.length > 1 && heads.slice(1).every(deeperThan(title));
  const start: Placed = { heading: "", level: 0, rest: "", at: isTitle ? title.at : -1 };
  const own = isTitle ? heads.slice(1) : heads;
  return [start, ...own].map((head, index) => {
    const after = [start, ...own].slice(index + 1);
    const end = head === start ? after[0] : after.find((one) => one.level <= head.level);
    const below = lines.slice(head.at + 1, end?.at ?? lines.length);
    return { heading: head.heading, level: head.level, body: [head.rest, ...below].join("\n") };
  });
}

function deeperThan(title: Heading): (one: Heading) => boolean {
  return (one) => one.level > title.level;
}

const fence = /^\s*(```|~~~)/;
const underline = /^\s*([=~^-])\1{2,}\s*$/;
const tableRule = /^\s*\|?[\s:|-]*-{3,}[\s:|-]*$/;

function headsOf(lines: readonly string[]): Placed[] {
  const outside = withoutFences(lines);
  return outside.flatMap((line, at): Placed[] => {
    const found = /\w/.test(line) ? headingBetween(outside[at - 1] ?? "", line, outside[at + 1] ?? "") : null;
    return found === null ? [] : [{ ...found, at }];
  });
}

/** A comment of a shell in a fence is no heading. */
function withoutFences(lines: readonly string[]): string[] {
  let fenced = false;
  return lines.map((line) => {
    const edge = fence.test(line);
    if (edge) fenced = !fenced;
    return edge || fenced ? "" : line;
  });
}

function headingBetween(before: string, line: string, after: string): Heading | null {
  const isTable = line.includes("|") && after.includes("|") && tableRule.test(after);
  if (isTable) return { heading: line, level: 9, rest: "" };
  const isUnderlined = before.trim() === "" && underline.test(after);
  if (isUnderlined) return { heading: line, level: after.includes("=") ? 1 : 2, rest: "" };
  return headingOf(line);
}

/** What a line is the heading of; `null` when it is none by itself. */
export function headingOf(line: string): Heading | null {
  const [, marks, marked] = /^\s{0,3}(#{1,6}|={1,6})\s+(\S.*)$/.exec(line) ?? [];
  if (marks !== undefined && marked !== undefined) return { level: marks.length, heading: marked, rest: "" };
  const bold = /^\s{0,3}(\*\*|__)([^*_]{2,60})\1:?\s*$/.exec(line)?.[2];
  if (bold !== undefined) return { level: 7, heading: bold, rest: "" };
  const [, label, rest] =
    /^\s*(?:[-*] |\d+\. )?(?:\*\*)?([A-Z][\w -]{2,30})(?:\*\*)?:(?:\*\*)?(?:\s+(.*))?$/.exec(line) ?? [];
  return label === undefined ? null : { level: 8, heading: label, rest: rest ?? "" };
}
