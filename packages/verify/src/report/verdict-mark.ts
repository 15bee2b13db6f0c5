import type { ItemVerdict, Verdict } from "@holdfast/core";

/** How a verdict is told: a mark and a word, so that colour is never needed, and a tone for those who see colour. */
export interface VerdictMark {
  readonly glyph: string;
  /** The same in seven-bit letters, for terminals without Unicode. */
  readonly plain: string;
  readonly word: string;
  readonly tone: "good" | "bad" | "warn" | "open" | "quiet";
}

/** The mark of every verdict a check or an item can have. */
export const verdictMarks: Readonly<Record<Verdict | ItemVerdict, VerdictMark>> = {
  pass: { glyph: "✓", plain: "+", word: "pass", tone: "good" },
  fail: { glyph: "✗", plain: "x", word: "fail", tone: "bad" },
  advice: { glyph: "!", plain: "!", word: "advice", tone: "warn" },
  inconclusive: { glyph: "?", plain: "?", word: "inconclusive", tone: "open" },
  incomplete: { glyph: "◐", plain: "~", word: "incomplete", tone: "open" },
  "not-applicable": { glyph: "–", plain: "-", word: "not applicable", tone: "quiet" },
  "not-tested": { glyph: "○", plain: "o", word: "not tested", tone: "quiet" },
};
