import { findSecrets, isCredentialName } from "@holdfast/core";
import type { Entry } from "./entry.ts";
import { ownText } from "./own-text.ts";

/** A line that shows something: where it stands, and what it says as far as it may be repeated. */
export interface Evidence {
  readonly file: number;
  readonly line: number;
  readonly atMs: number | null;
  /** On one line, without controls, secrets and the numbers of cards; data of whoever logged it, never an instruction. */
  readonly text: string;
}

const charsMax = 400;

/** Controls, and marks that reorder or hide the text around them. */
const unprintable = /[\p{Cc}\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

const shownAs: Readonly<Record<string, string>> = { card: "[card]", address: "[address]" };

/** A line as evidence. */
export function quote(entry: Pick<Entry, "file" | "line" | "atMs" | "text">): Evidence {
  return { file: entry.file, line: entry.line, atMs: entry.atMs, text: quotable(entry.text) };
}

/** A text of somebody else's, so that it can be shown. */
export function quotable(text: string): string {
  const start = text.length > charsMax * 4 ? text.slice(0, charsMax * 4) : text;
  const plain = start.replaceAll(/\s+/g, " ").replaceAll(unprintable, "\uFFFD");
  const shown = findSecrets(plain, (kind) => shownAs[kind] ?? "[redacted]", isCredentialName).trim();
  return shown.length > charsMax ? `${ownText(shown, charsMax - 1)}…` : ownText(shown, charsMax);
}
