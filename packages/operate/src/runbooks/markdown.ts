/** A fenced block of code. */
export interface Block {
  /** The word after the fence, lower case; empty where there is none. */
  readonly language: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly text: string;
}

/** A line of prose, outside of blocks. */
export interface Line {
  readonly line: number;
  readonly text: string;
}

/** A heading and what stands below it, sections of a lower level included. */
export interface Section {
  readonly title: string;
  readonly level: number;
  readonly line: number;
  readonly prose: readonly Line[];
  readonly blocks: readonly Block[];
}

/** A runbook as its rules look at it. */
export interface Outline {
  readonly sections: readonly Section[];
  readonly prose: readonly Line[];
  readonly blocks: readonly Block[];
}

interface Heading {
  readonly title: string;
  readonly level: number;
  readonly line: number;
}

/** Nobody reads a line beyond this; patterns would take long over one without end. */
const charactersMax = 2_000;

/** Reads the parts of Markdown that runbooks are made of: headings, fenced blocks, and everything else as prose. */
export function outlineOf(text: string): Outline {
  const headings: Heading[] = [];
  const prose: Line[] = [];
  const blocks: Block[] = [];
  let open: OpenBlock | null = null;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const raw = whole.slice(0, charactersMax);
    if (open !== null) {
      if (!closes(raw, open)) open.text.push(raw);
      else {
        blocks.push(closed(open));
        open = null;
      }
      continue;
    }
    open = opened(raw, line);
    if (open !== null) continue;
    const heading = headingOf(raw, line);
    if (heading === null) prose.push({ line, text: raw });
    else headings.push(heading);
  }
  // A fence that nothing closes reaches to the end.
  if (open !== null) blocks.push(closed(open));
  const underlined = withUnderlines(prose);
  const indented = withIndents(underlined.prose);
  const byLine = (a: { readonly line: number }, b: { readonly line: number }): number => a.line - b.line;
  const all = [...headings, ...underlined.headings].sort(byLine);
  const code = [...blocks, ...indented.blocks].sort(byLine);
  return {
    sections: all.map((heading) => sectionOf(heading, all, indented.prose, code)),
    prose: indented.prose,
    blocks: code,
  };
}

interface OpenBlock {
  readonly fence: string;
  readonly language: string;
  readonly line: number;
  readonly text: string[];
}

const fences = /^\s*(`{3,}|~{3,})\s*([\w-]*)/;

function opened(raw: string, line: number): OpenBlock | null {
  const [whole, fence = "", language = ""] = fences.exec(raw) ?? [];
  return whole === undefined ? null : { fence, language: language.toLowerCase(), line, text: [] };
}

function closes(raw: string, { fence }: OpenBlock): boolean {
  const [, marks = "", language = ""] = fences.exec(raw) ?? [];
  return marks.startsWith(fence) && language === "";
}

function closed({ language, line, text }: OpenBlock): Block {
  return { language, line, text: text.join("\n") };
}

function headingOf(raw: string, line: number): Heading | null {
  const [whole, marks = "", title = ""] = /^(#{1,6})\s+(\S.*)$/.exec(raw) ?? [];
  if (whole === undefined) return null;
  return { title: title.trimEnd().replace(/\s#+$/, "").trimEnd(), level: marks.length, line };
}

/** Headings that are underlined: one line of a paragraph, with nothing but signs below it. */
function withUnderlines(prose: readonly Line[]): {
  readonly headings: readonly Heading[];
  readonly prose: readonly Line[];
} {
  const headings: Heading[] = [];
  const rest: Line[] = [];
  for (const [index, { line, text }] of prose.entries()) {
    const [title, before] = [prose[index - 1], prose[index - 2]];
    const isLone = before === undefined || before.line !== line - 2 || before.text.trim() === "";
    const marks = /^(=+|-{2,})\s*$/.exec(text)?.[1];
    if (marks === undefined || title?.line !== line - 1 || !/^\s{0,3}\w/.test(title.text) || !isLone) {
      rest.push({ line, text });
      continue;
    }
    rest.pop();
    headings.push({ title: title.text.trim(), level: marks.startsWith("=") ? 1 : 2, line: title.line });
  }
  return { headings, prose: rest };
}

/** Code that is indented: behind an empty line, and not below an item of a list, which is indented for another reason. */
function withIndents(prose: readonly Line[]): {
  readonly blocks: readonly Block[];
  readonly prose: readonly Line[];
} {
  const code = new Set<Line>();
  let listed = false;
  for (const [index, each] of prose.entries()) {
    if (/^\S/.test(each.text)) listed = /^([-*+]|\d+[.)])\s/.test(each.text);
    const before = prose[index - 1];
    const follows = before === undefined || before.text.trim() === "" || code.has(before);
    if (!listed && follows && /^(?: {4}|\t).*\S/.test(each.text)) code.add(each);
  }
  const blocks: { readonly language: string; readonly line: number; readonly lines: string[] }[] = [];
  for (const each of code) {
    const last = blocks.at(-1);
    const text = each.text.replace(/^(?: {4}|\t)/, "");
    if (last !== undefined && each.line === last.line + 1 + last.lines.length) last.lines.push(text);
    // As with a fence, the text begins a line below.
    else blocks.push({ language: "", line: each.line - 1, lines: [text] });
  }
  return {
    blocks: blocks.map(({ language, line, lines }) => ({ language, line, text: lines.join("\n") })),
    prose: prose.filter((each) => !code.has(each)),
  };
}

function sectionOf(
  heading: Heading,
  headings: readonly Heading[],
  prose: readonly Line[],
  blocks: readonly Block[],
): Section {
  const next = headings.find(({ line, level }) => line > heading.line && level <= heading.level);
  const inside = ({ line }: { readonly line: number }): boolean =>
    line > heading.line && line < (next?.line ?? Number.POSITIVE_INFINITY);
  return { ...heading, prose: prose.filter(inside), blocks: blocks.filter(inside) };
}

/** How many words of prose there are, comments left out. */
export function wordsIn(prose: readonly Line[]): number {
  return prose.flatMap(
    ({ text }) => text.replaceAll(/<!--[^>]*-->/g, "").match(/[\p{L}\p{N}][\p{L}\p{N}'’._/-]*/gu) ?? [],
  ).length;
}
