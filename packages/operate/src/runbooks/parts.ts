import { digestOf } from "../generated-mark.ts";

/** A part of a runbook that is generated; everything between parts is somebody's own. */
export interface Part {
  readonly id: string;
  readonly text: string;
}

/** What comes of writing parts into a text that may be there already. */
export type Merged =
  | {
      readonly text: string;
      /** Parts that somebody changed, and that were left as they are. */
      readonly kept: readonly string[];
    }
  /** The text is somebody else's as a whole. */
  | { readonly foreign: true };

type Piece = { readonly own: string } | (Part & { readonly digest: string });

const begin = /^<!-- holdfast:begin ([a-z-]+) ([0-9a-f]{16})\b[^\n]*-->$/;
const end = /^<!-- holdfast:end ([a-z-]+) -->$/;

/** A runbook that is not there yet: what its owner begins with, then the parts. */
export function freshText(head: string, parts: readonly Part[], tail: string): string {
  return `${[head.trim(), ...parts.map((part) => textOf(pieceOf(part))), tail.trim()].filter((text) => text !== "").join("\n\n")}\n`;
}

/**
 * Writes parts anew where they stand. What stands outside of parts stays as it is; so does a part that was changed, unless `force` says
 * otherwise. A part that is not there comes behind the one before it, and one that is not generated any more goes.
 */
export function mergeText(present: string, parts: readonly Part[], force: boolean): Merged {
  const pieces = piecesOf(present.replaceAll("\r\n", "\n"));
  if (pieces === null || !pieces.some((piece) => "id" in piece)) return { foreign: true };
  const kept = force ? [] : pieces.flatMap((piece) => ("id" in piece && isEdited(piece) ? [piece.id] : []));
  const out = renewed(pieces, parts, kept);
  insertMissing(out, parts);
  const text = out.map((piece) => ("id" in piece ? textOf(piece) : piece.own)).join("\n");
  return { text: present.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text, kept };
}

/** The pieces with every part that is not kept as it is to be now; the empty line behind one that goes goes too. */
function renewed(pieces: readonly Piece[], parts: readonly Part[], kept: readonly string[]): Piece[] {
  const fresh = new Map(parts.map((part) => [part.id, part]));
  const goes = (piece: Piece | undefined): boolean =>
    piece !== undefined && "id" in piece && !kept.includes(piece.id) && !fresh.has(piece.id);
  return pieces.flatMap((piece, index): Piece[] => {
    if (!("id" in piece)) return piece.own === "" && goes(pieces[index - 1]) ? [] : [piece];
    if (kept.includes(piece.id)) return [piece];
    const part = fresh.get(piece.id);
    return part === undefined ? [] : [pieceOf(part)];
  });
}

function pieceOf(part: Part): Part & { readonly digest: string } {
  return { ...part, digest: digestOf(part.text) };
}

function isEdited({ text, digest }: Part & { readonly digest: string }): boolean {
  return digestOf(text) !== digest;
}

function textOf({ id, text, digest }: Part & { readonly digest: string }): string {
  return `<!-- holdfast:begin ${id} ${digest}: generated; what stands outside of these marks is yours -->\n${text}\n<!-- holdfast:end ${id} -->`;
}

function insertMissing(pieces: Piece[], parts: readonly Part[]): void {
  const at = (id: string | undefined): number =>
    pieces.findIndex((piece) => "id" in piece && piece.id === id);
  for (const [index, part] of parts.entries()) {
    if (at(part.id) >= 0) continue;
    const before = parts.slice(0, index).findLast(({ id }) => at(id) >= 0);
    const first = pieces.findIndex((piece) => "id" in piece);
    const place = before === undefined ? Math.max(0, first) : at(before.id) + 1;
    const piece = pieceOf(part);
    pieces.splice(place, 0, ...(before === undefined ? [piece, { own: "" }] : [{ own: "" }, piece]));
  }
}

/** A line that begins or ends a part. */
interface Mark {
  readonly at: number;
  readonly id: string;
  /** `null` on a line that ends one. */
  readonly digest: string | null;
}

/** The text as pieces; `null` where its marks do not pair, so that nobody knows what is whose. */
function piecesOf(text: string): Piece[] | null {
  const lines = text.split("\n");
  const marks = lines.flatMap((line, at) => markOf(line, at));
  const pieces: Piece[] = [];
  let after = 0;
  for (let index = 0; index < marks.length; index += 2) {
    const [first, last] = [marks[index], marks[index + 1]];
    if (first === undefined || last === undefined || first.digest === null) return null;
    if (last.digest !== null || last.id !== first.id) return null;
    if (first.at > after) pieces.push({ own: lines.slice(after, first.at).join("\n") });
    pieces.push({ id: first.id, text: lines.slice(first.at + 1, last.at).join("\n"), digest: first.digest });
    after = last.at + 1;
  }
  return after < lines.length ? [...pieces, { own: lines.slice(after).join("\n") }] : pieces;
}

function markOf(line: string, at: number): readonly Mark[] {
  const [, beginId, digest = ""] = begin.exec(line) ?? [];
  if (beginId !== undefined) return [{ at, id: beginId, digest }];
  const [, endId] = end.exec(line) ?? [];
  return endId === undefined ? [] : [{ at, id: endId, digest: null }];
}
