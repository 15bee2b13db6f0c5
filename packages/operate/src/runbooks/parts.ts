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
  const fresh = new Map(parts.map((part) => [part.id, part]));
  const kept: string[] = [];
  const out: Piece[] = [];
  for (const piece of pieces) {
    if (!("id" in piece)) out.push(piece);
    else if (isEdited(piece) && !force) {
      kept.push(piece.id);
      out.push(piece);
    } else {
      const part = fresh.get(piece.id);
      if (part !== undefined) out.push(pieceOf(part));
    }
  }
  insertMissing(out, parts);
  const text = out.map((piece) => ("id" in piece ? textOf(piece) : piece.own)).join("\n");
  return { text: `${text.replaceAll(/\n{3,}/g, "\n\n").trimEnd()}\n`, kept };
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
    pieces.splice(place, 0, { own: "" }, pieceOf(part), { own: "" });
  }
}

/** The text as pieces; `null` where its marks do not pair, so that nobody knows what is whose. */
function piecesOf(text: string): Piece[] | null {
  const pieces: Piece[] = [];
  let own: string[] = [];
  let open: { readonly id: string; readonly digest: string; readonly lines: string[] } | null = null;
  for (const line of text.split("\n")) {
    const [, beginId, digest = ""] = begin.exec(line) ?? [];
    const [, endId] = end.exec(line) ?? [];
    if (open === null) {
      if (endId !== undefined) return null;
      if (beginId === undefined) own.push(line);
      else {
        pieces.push({ own: own.join("\n") });
        own = [];
        open = { id: beginId, digest, lines: [] };
      }
    } else if (endId === undefined) {
      if (beginId !== undefined) return null;
      open.lines.push(line);
    } else {
      if (endId !== open.id) return null;
      pieces.push({ id: open.id, text: open.lines.join("\n"), digest: open.digest });
      open = null;
    }
  }
  if (open !== null) return null;
  return [...pieces, { own: own.join("\n") }];
}
