import type { TextFile } from "./tree.ts";

/** A fenced block of a Markdown page that holds a whole contract. */
export interface ContractBlock {
  readonly path: string;
  /** The line of the page on which its text starts. */
  readonly line: number;
  readonly text: string;
}

/** Pages whose contracts have to be right. */
const pages = /^(README\.md|docs\/.*\.md|guide\/.*\.md|packages\/[^/]+\/README\.md)$/;

/** Every ```yaml block of these pages that starts with `holdfast:`. Lines before it may be comments. */
export function contractBlocks(files: readonly TextFile[]): ContractBlock[] {
  return files
    .filter(({ path }) => pages.test(path))
    .flatMap(({ path, text }) => {
      const blocks = [...text.matchAll(/^( *)```ya?ml\b[^\n]*\n([\s\S]*?)^\1```/gm)];
      return blocks.map((match) => {
        const indent = match[1] ?? "";
        const body = (match[2] ?? "").replaceAll(new RegExp(`^${indent}`, "gm"), "");
        const before = text.slice(0, (match.index ?? 0) + (match[0].indexOf("\n") + 1));
        return { path, line: before.split("\n").length, text: body };
      });
    })
    .filter(({ text }) => /^(\s*#[^\n]*\n|\s*\n)*holdfast:/.test(text));
}
