import type { Timeline, TimelineAttempt } from "../timeline.ts";
import { html, type Markup } from "./markup.ts";

/** The marks of a timeline, each drawn around its own origin. */
export const marks: Readonly<
  Record<"fault" | "gaveUp" | "effect" | "replayed" | "openEnd" | "answered", Markup>
> = {
  fault: html`<path class="fault" d="M1.5 -6l-4.5 7h3.5l-1.5 5 5 -7.5h-3.5z"/>`,
  gaveUp: html`<path class="gave-up" d="M0 -8v16M-3.5 -3.5l7 7M3.5 -3.5l-7 7"/>`,
  effect: html`<path class="effect" d="M0 -5l5 5-5 5-5-5z"/>`,
  replayed: html`<path class="effect replayed" d="M0 -4.5l4.5 4.5-4.5 4.5-4.5-4.5z"/>`,
  openEnd: html`<path class="open-end" d="M4 -5l5 5-5 5M10 -5l5 5-5 5"/>`,
  answered: html`<path class="end" d="M0 -9v18"/>`,
};

/** The meaning of the marks that a timeline shows, and of no others. */
export function legend(timeline: Timeline): Markup {
  const { attempts } = timeline;
  const has = (test: (attempt: TimelineAttempt) => boolean): boolean => attempts.some(test);
  const entries: readonly (readonly [boolean, Markup, string])[] = [
    [has((one) => one.firedMs !== null), marks.fault, "fault takes hold"],
    [has((one) => one.gaveUpMs !== null), marks.gaveUp, "consumer gives up"],
    [has((one) => one.effects.some((effect) => !effect.deduplicated)), marks.effect, "provider executes"],
    [
      has((one) => one.effects.some((effect) => effect.deduplicated)),
      marks.replayed,
      "provider replays its answer",
    ],
    [
      timeline.answeredMs === null || has((one) => !one.ended),
      html`<g transform="translate(-9 0)">${marks.openEnd}</g>`,
      "still open when the watching ended",
    ],
    [
      has((one) => one.late),
      html`<rect class="after" x="-8" y="-6" width="16" height="12"/>`,
      "after the caller had its answer",
    ],
  ];
  const shown = entries.filter(([there]) => there);
  return html`${
    shown.length > 0 &&
    html`<ul class="legend">${shown.map(
      ([, shape, text]) =>
        html`<li><svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true" focusable="false">${shape}</svg>${text}</li>`,
    )}</ul>`
  }`;
}
