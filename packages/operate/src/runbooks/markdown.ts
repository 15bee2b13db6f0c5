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
  return { sections: headings.map((heading) => sectionOf(heading, headings, prose, blocks)), prose, blocks };
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

/** How many words of prose there are. */
export function wordsIn(prose: readonly Line[]): number {
  return prose.flatMap(({ text }) => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’._/-]*/gu) ?? []).length;
}
