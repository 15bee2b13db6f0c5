import { changeSaid } from "./changes.ts";
import type { Line, Outline, Section } from "./markdown.ts";

/** Something to do that is written in prose. */
export interface ProseStep {
  /** The line of what changes something. */
  readonly line: number;
  readonly change: string;
  /** The first and the last line of the step, blocks inside of it included. */
  readonly from: number;
  readonly to: number;
}

interface Piece {
  /** An item of a list; else a paragraph. */
  readonly item: boolean;
  readonly lines: Line[];
}

/** What stands below one heading. */
interface Group {
  readonly title: string;
  readonly pieces: Piece[];
}

/** A piece that begins so goes on with the one before. */
const goesBack =
  /^\W*(?:\d+[.)]\s*)?\W*(to |how to )?(roll(ing)?[- ]?back|undo|revert|revers|back ?out|take (it|this) back|safe to|risk\b|irreversible)/i;

/** The steps of a section that are written in prose, change something, and of which nothing that is said passes `isTold`. */
export function untoldSteps(
  section: Section,
  outline: Outline,
  isTold: (text: string) => boolean,
): readonly ProseStep[] {
  const last = section.prose.at(-1)?.line ?? 0;
  const headings = outline.sections.filter(({ line }) => line > section.line && line < last);
  const groups = groupsOf(section.prose, headings);
  const starts = groups.flatMap(({ pieces }) => pieces.map(({ lines }) => lines[0]?.line ?? 0));
  const ends = new Map(starts.map((start, index) => [start, (starts[index + 1] ?? Infinity) - 1]));
  return groups.flatMap(({ title, pieces }) => {
    const judged = pieces.map(({ item, lines }) => {
      const found = lines.find(({ text }) => changeSaid(text) !== null);
      const from = lines[0]?.line ?? 0;
      const to = ends.get(from) ?? Infinity;
      const blocks = section.blocks.filter(({ line }) => line >= from && line <= to);
      return { item, found, from, to, told: [...lines, ...blocks].some(({ text }) => isTold(text)) };
    });
    // What stands beside a list is about all of its items.
    const beside = judged.some(({ item, found, told }) => !item && found === undefined && told);
    if (beside || isTold(title)) return [];
    let above = false;
    return judged.flatMap(({ item, found, from, to, told }): readonly ProseStep[] => {
      // A paragraph goes on with what stands above it.
      const settled = told || (!item && above);
      above = found === undefined && (above || told);
      if (found === undefined || settled) return [];
      return [{ line: found.line, change: changeSaid(found.text) ?? "", from, to }];
    });
  });
}

/** Items of the outermost list with all that is indented below them, and paragraphs, by their heading. */
function groupsOf(
  prose: readonly Line[],
  headings: readonly Pick<Section, "line" | "title">[],
): readonly Group[] {
  const groups: Group[] = [{ title: "", pieces: [] }];
  let next = 0;
  let blank = true;
  for (const each of prose) {
    for (let heading = headings[next]; heading !== undefined && heading.line < each.line; ) {
      groups.push({ title: heading.title, pieces: [] });
      blank = true;
      heading = headings[++next];
    }
    const pieces = groups.at(-1)?.pieces ?? [];
    const item = /^ ?([-*+]|\d+[.)])\s/.test(each.text);
    const paragraph = blank && /^\S/.test(each.text);
    const before = pieces.at(-1);
    if (before !== undefined && (!(item || paragraph) || goesBack.test(each.text))) before.lines.push(each);
    else pieces.push({ item, lines: [each] });
    blank = each.text.trim() === "";
  }
  return groups;
}
