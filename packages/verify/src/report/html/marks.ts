import type { ItemVerdict, Verdict } from "@holdfast/core";
import { quotedParts } from "../text.ts";
import { verdictMarks } from "../verdict-mark.ts";
import { html, type Markup, trusted } from "./markup.ts";

/** The drawn marks of the verdicts, defined once and used by reference, so that they look the same with every font. */
export const markDefinitions: Markup = trusted(`<svg class="defs" aria-hidden="true" focusable="false"><defs>
<symbol id="m-pass" viewBox="0 0 16 16"><path d="M3.5 8.5l3 3 6-7"/></symbol>
<symbol id="m-fail" viewBox="0 0 16 16"><path d="M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6"/></symbol>
<symbol id="m-advice" viewBox="0 0 16 16"><path d="M8 3.2v5.6M8 12.4v.2"/></symbol>
<symbol id="m-inconclusive" viewBox="0 0 16 16"><path d="M5.6 6a2.4 2.4 0 1 1 3.3 2.2c-.6.3-.9.7-.9 1.5M8 12.5v.2"/></symbol>
<symbol id="m-incomplete" viewBox="0 0 16 16"><path class="solid" d="M8 3a5 5 0 0 0 0 10z"/><circle cx="8" cy="8" r="5"/></symbol>
<symbol id="m-not-applicable" viewBox="0 0 16 16"><path d="M4 8h8"/></symbol>
<symbol id="m-not-tested" viewBox="0 0 16 16"><circle cx="8" cy="8" r="3.6"/></symbol>
</defs></svg>`);

/** The mark of a verdict in its tone; decoration, because the word always stands beside it. */
export function mark(verdict: Verdict | ItemVerdict): Markup {
  return html`<span class="mark tone-${verdictMarks[verdict].tone}" aria-hidden="true"><svg width="16" height="16"><use href="#m-${verdict}"/></svg></span>`;
}

/** The word of a verdict in its tone. */
export function word(verdict: Verdict | ItemVerdict): Markup {
  return html`<span class="word tone-${verdictMarks[verdict].tone}">${verdictMarks[verdict].word}</span>`;
}

/** Sentences that may quote code between backticks. */
export function sentence(text: string): Markup {
  return html`${quotedParts(text).map((part) => (part.quoted ? html`<code>${part.text}</code>` : part.text))}`;
}
