import { durationText } from "../text.ts";
import type { TimelineAttempt } from "../timeline.ts";
import { html, type Markup } from "./markup.ts";
import { placeOf, type Scale, ticksOf } from "./scale.ts";
import type { TimelineLayout, TimelineLine, TimelineRow } from "./timeline-rows.ts";

const laneHeight = 34;
const middle = laneHeight / 2;

/** A timeline as a figure: labels are text, so that they wrap, copy and are read aloud; each lane is a drawing that stretches. */
export function timelineFigure(layout: TimelineLayout): Markup {
  const { timeline, rows, lines, scale } = layout;
  return html`<figure class="timeline">
<figcaption><span class="note">${timeline.note}</span> <span class="cited"><bdi>${timeline.experiment}</bdi> · call <bdi>${timeline.call}</bdi></span></figcaption>
<div class="lanes">
${lines.length > 0 && html`<div class="lane heads"><span class="label"></span>${headLane(lines, scale)}</div>`}
${rows.map((row, index) => rowMarkup(row, index, layout))}
<div class="lane axis"><span class="label"></span>${axisLane(scale)}</div>
</div>
${legend(layout)}
</figure>`;
}

function rowMarkup(row: TimelineRow, index: number, layout: TimelineLayout): Markup {
  const before = index > 1 ? layout.rows[index - 1] : undefined;
  return html`<div class="lane ${row.kind}"><span class="label"><b>${row.label}</b> <span>${row.text}</span></span><svg class="plot" height="${laneHeight}" aria-hidden="true" focusable="false">${background(layout)}${drawing(row, before, layout)}</svg></div>`;
}

function background({ lines, scale, timeline }: TimelineLayout): Markup {
  const after = timeline.answeredMs;
  const zone =
    after !== null &&
    scale.percent(after) < 99 &&
    html`<rect class="after" x="${scale.place(after)}" y="0" width="${placeOf(100 - scale.percent(after))}" height="${laneHeight}"/>`;
  const rules = ticksOf(scale, 5).map((tick) => vertical("grid", scale.place(tick)));
  return html`${zone}${rules}${lines.map((line) => vertical(line.kind, scale.place(line.atMs)))}`;
}

function vertical(kind: string, place: string): Markup {
  return html`<line class="${kind}" x1="${place}" x2="${place}" y1="0" y2="${laneHeight}"/>`;
}

function drawing(row: TimelineRow, before: TimelineRow | undefined, layout: TimelineLayout): Markup {
  if (row.kind === "caller") return callerBar(layout);
  if (row.kind === "many") return html`${row.attempts.map((attempt) => tick(attempt, layout.scale))}`;
  const beforeEnd =
    before?.kind === "attempt"
      ? before.attempt.toMs
      : before?.kind === "many"
        ? (before.attempts.at(-1)?.toMs ?? null)
        : null;
  return html`${gap(row.attempt, beforeEnd, layout.scale)}${attemptBar(row.attempt, layout.scale)}`;
}

function callerBar({ timeline, scale }: TimelineLayout): Markup {
  const end = timeline.answeredMs ?? timeline.watchedMs;
  const open = timeline.answeredMs === null;
  return html`${bar(`call ${timeline.outcome}`, 0, end, 12, scale)}${open ? openEnd(scale.place(end)) : endMark(timeline.outcome, scale.place(end))}`;
}

function attemptBar(attempt: TimelineAttempt, scale: Scale): Markup {
  const kind = attempt.fault === null ? "clean" : "faulted";
  return html`${bar(kind, attempt.fromMs, attempt.toMs, 10, scale)}
${attempt.firedMs !== null && faultMark(scale.place(attempt.firedMs))}
${attempt.gaveUpMs !== null ? gaveUpMark(scale.place(attempt.gaveUpMs)) : !attempt.ended && openEnd(scale.place(attempt.toMs))}
${attempt.effects.map((effect) => effectMark(scale.place(effect.atMs), effect.deduplicated))}`;
}

function bar(kind: string, fromMs: number, toMs: number, thick: number, scale: Scale): Markup {
  const width = placeOf(Math.max(0, scale.percent(toMs) - scale.percent(fromMs)));
  return html`<rect class="bar ${kind}" x="${scale.place(fromMs)}" y="${middle - thick / 2}" width="${width}" height="${thick}" rx="2"/>`;
}

function tick(attempt: TimelineAttempt, scale: Scale): Markup {
  const kind = attempt.fault === null ? "clean" : "faulted";
  return html`${bar(kind, attempt.fromMs, attempt.toMs, 10, scale)}`;
}

/** A child drawing placed by percentage, so that marks keep their shape. */
function at(place: string, inside: Markup): Markup {
  return html`<svg class="at" x="${place}" y="${middle}" overflow="visible">${inside}</svg>`;
}

function faultMark(place: string): Markup {
  return at(
    place,
    html`<path class="fault" d="M1.5 -11l-4.5 7h4l-2 6 5.5 -8h-4l2.5 -5z" transform="translate(0 -2)"/>`,
  );
}

function gaveUpMark(place: string): Markup {
  return at(place, html`<path class="gave-up" d="M0 -9v18M-3.5 -3.5l7 7M3.5 -3.5l-7 7"/>`);
}

function effectMark(place: string, deduplicated: boolean): Markup {
  return at(place, html`<path class="effect${deduplicated ? " replayed" : ""}" d="M0 4l5 5-5 5-5-5z"/>`);
}

function openEnd(place: string): Markup {
  return at(place, html`<path class="open-end" d="M-7 -5l6 5-6 5M-1 -5l6 5-6 5"/>`);
}

function endMark(outcome: string, place: string): Markup {
  return at(place, html`<path class="end ${outcome}" d="M0 -9v18"/>`);
}

function gap(attempt: TimelineAttempt, beforeEndMs: number | null, scale: Scale): Markup | null {
  if (attempt.gapMs === null || beforeEndMs === null || attempt.gapMs <= 0) return null;
  const [from, to] = [scale.percent(beforeEndMs), scale.percent(attempt.fromMs)];
  const text = durationText(attempt.gapMs);
  const label =
    to - from >= 12
      ? html`<text class="gap" x="${placeOf((from + to) / 2)}" y="${middle - 5}">${text}</text>`
      : gapBeside(to, text);
  return html`<line class="gap" x1="${placeOf(from)}" x2="${placeOf(to)}" y1="${middle}" y2="${middle}"/>${label}`;
}

/** A gap too short for its label is told after the bar, or before it when the bar stands far right. */
function gapBeside(percent: number, text: string): Markup {
  return percent < 60
    ? html`<text class="gap beside" x="${placeOf(percent + 4)}" y="${middle + 4}">after ${text}</text>`
    : html`<text class="gap before" x="${placeOf(percent - 3)}" y="${middle + 4}">after ${text}</text>`;
}

function headLane(lines: readonly TimelineLine[], scale: Scale): Markup {
  const labels = lines.map((line, index) => {
    const anchor = scale.percent(line.atMs) > 60 ? "before" : "beside";
    return html`<text class="${line.kind} ${anchor}" x="${scale.place(line.atMs)}" y="${12 + index * 14}">${line.label}</text>`;
  });
  return html`<svg class="plot" height="${4 + lines.length * 14}" aria-hidden="true" focusable="false">${labels}</svg>`;
}

function axisLane(scale: Scale): Markup {
  const labels = ticksOf(scale, 5).map((value) => {
    const percent = scale.percent(value);
    const anchor = percent < 4 ? "beside" : percent > 94 ? "before" : "centred";
    return html`<text class="axis ${anchor}" x="${scale.place(value)}" y="13">${value === 0 ? "0" : durationText(value)}</text>`;
  });
  return html`<svg class="plot" height="18" aria-hidden="true" focusable="false">${labels}</svg>`;
}

/** The meaning of the marks that this timeline shows, and of no others. */
function legend({ timeline }: TimelineLayout): Markup {
  const { attempts } = timeline;
  const has = (test: (attempt: TimelineAttempt) => boolean): boolean => attempts.some(test);
  const entry = (shape: Markup, text: string): Markup =>
    html`<li><svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true" focusable="false">${shape}</svg>${text}</li>`;
  const entries = [
    has((one) => one.firedMs !== null) &&
      entry(html`<path class="fault" d="M1.5 -8l-4.5 7h4l-2 6 5.5 -8h-4l2.5 -5z"/>`, "fault takes hold"),
    has((one) => one.gaveUpMs !== null) &&
      entry(html`<path class="gave-up" d="M0 -8v16M-3.5 -3.5l7 7M3.5 -3.5l-7 7"/>`, "consumer gives up"),
    has((one) => one.effects.some((effect) => !effect.deduplicated)) &&
      entry(html`<path class="effect" d="M0 -5l5 5-5 5-5-5z"/>`, "provider executes"),
    has((one) => one.effects.some((effect) => effect.deduplicated)) &&
      entry(html`<path class="effect replayed" d="M0 -5l5 5-5 5-5-5z"/>`, "provider replays its answer"),
    (timeline.answeredMs === null || has((one) => !one.ended)) &&
      entry(
        html`<path class="open-end" d="M-6 -5l6 5-6 5M0 -5l6 5-6 5"/>`,
        "still open when the watching ended",
      ),
  ].filter((one) => one !== false);
  return html`${entries.length > 0 && html`<ul class="legend">${entries}</ul>`}`;
}
