import { asSentence, durationText } from "../text.ts";
import type { TimelineAttempt } from "../timeline.ts";
import { html, type Markup } from "./markup.ts";
import { placeOf, type Scale, ticksOf } from "./scale.ts";
import { legend, marks } from "./timeline-marks.ts";
import type { TimelineLayout, TimelineLine, TimelineRow } from "./timeline-rows.ts";

const laneHeight = 34;
const ticksMax = 160;
/** Longer notes quote a log. */
const noteMax = 120;

/** A timeline as a figure: labels are text, so that they wrap, copy and are read aloud; each lane is a drawing that stretches. */
export function timelineFigure(layout: TimelineLayout): Markup {
  const { timeline, rows, heads, scale } = layout;
  return html`<figure class="timeline">
<figcaption><span class="note${timeline.note.length > noteMax && " long"}">${asSentence(timeline.note)}</span> <span class="cited"><bdi>${timeline.experiment}</bdi> · call <bdi>${timeline.call}</bdi></span></figcaption>
<div class="lanes">
${heads.length > 0 && html`<div class="lane heads"><span class="label"></span>${headLane(heads, scale)}</div>`}
${rows.map((row, index) => rowMarkup(row, index, layout))}
<div class="lane axis"><span class="label"></span>${axisLane(scale)}</div>
</div>
${legend(timeline)}
</figure>`;
}

function rowMarkup(row: TimelineRow, index: number, layout: TimelineLayout): Markup {
  const before = index > 1 ? layout.rows[index - 1] : undefined;
  return html`<div class="lane ${row.kind}"><span class="label"><b>${row.label}</b> <span>${unbroken(row.text)}</span></span><svg class="plot stretch" height="${laneHeight}" aria-hidden="true" focusable="false">${background(layout)}<svg y="50%" overflow="visible">${drawing(row, before, layout)}</svg>${foreground(layout)}</svg></div>`;
}

/** Keeps numbers and their units on one line. */
function unbroken(text: string): string {
  return text.replace(/(\d) (ms|s|min)\b/g, "$1\u00A0$2");
}

function background({ lines, scale }: TimelineLayout): Markup {
  const answered = lines.find((line) => line.kind === "answered");
  const zone =
    answered !== undefined &&
    html`<rect class="after" x="${scale.place(answered.atMs)}" y="0" width="${placeOf(100 - scale.percent(answered.atMs))}" height="100%"/>`;
  const grid = ticksOf(scale, 5).map((tick) => vertical("grid", scale.place(tick)));
  return html`${zone}${grid}`;
}

/** Drawn over the bars, so that a limit is seen on them. */
function foreground({ lines, scale }: TimelineLayout): Markup {
  return html`${lines.map((line) => html`${vertical("halo", scale.place(line.atMs))}${vertical(line.kind, scale.place(line.atMs))}`)}`;
}

function vertical(kind: string, place: string): Markup {
  return html`<line class="${kind}" x1="${place}" x2="${place}" y1="0" y2="100%"/>`;
}

function drawing(row: TimelineRow, before: TimelineRow | undefined, layout: TimelineLayout): Markup {
  const { scale } = layout;
  if (row.kind === "caller") return callerBar(layout);
  if (row.kind === "many")
    return html`${thinned(row.attempts).map((attempt) => attemptRect(attempt, scale))}`;
  const allowed = attemptLimitLine(row.attempt, layout);
  return html`${gap(row.attempt, endBefore(before), scale)}${attemptBar(row.attempt, scale)}${allowed}`;
}

/** No more ticks than can be told apart: every nth attempt of very many; the label tells their number. */
function thinned(attempts: readonly TimelineAttempt[]): readonly TimelineAttempt[] {
  const every = Math.ceil(attempts.length / ticksMax);
  return attempts.filter((_, index) => index % every === 0);
}

/** The limit of an attempt in its own lane. */
function attemptLimitLine(
  attempt: TimelineAttempt,
  { attemptLimitMs, scale }: TimelineLayout,
): Markup | null {
  if (attemptLimitMs === null || attempt.fromMs + attemptLimitMs >= scale.toValue) return null;
  const x = scale.place(attempt.fromMs + attemptLimitMs);
  return html`<line class="halo" x1="${x}" x2="${x}" y1="-13" y2="13"/><line class="limit" x1="${x}" x2="${x}" y1="-13" y2="13"/>`;
}

function endBefore(row: TimelineRow | undefined): number | null {
  if (row?.kind === "attempt") return row.attempt.toMs;
  return row?.kind === "many" ? (row.attempts.at(-1)?.toMs ?? null) : null;
}

function callerBar({ timeline, scale }: TimelineLayout): Markup {
  const end = timeline.answeredMs ?? timeline.watchedMs;
  const mark = timeline.answeredMs === null ? marks.openEnd : marks.answered;
  return html`${bar(`call ${timeline.outcome}`, 0, end, 12, scale)}${at(scale.place(end), mark)}`;
}

function attemptBar(attempt: TimelineAttempt, scale: Scale): Markup {
  const { firedMs, gaveUpMs, effects } = attempt;
  const open = gaveUpMs === null && !attempt.ended;
  return html`${attemptRect(attempt, scale)}
${firedMs !== null && at(scale.place(firedMs), html`<g transform="translate(0 -13)">${marks.fault}</g>`)}
${gaveUpMs !== null && at(scale.place(gaveUpMs), marks.gaveUp)}${open && at(scale.place(attempt.toMs), marks.openEnd)}
${effects.map((effect) => at(scale.place(effect.atMs), html`<g transform="translate(0 10)">${effect.deduplicated ? marks.replayed : marks.effect}</g>`))}`;
}

function attemptRect(attempt: TimelineAttempt, scale: Scale): Markup {
  return bar(attempt.fault === null ? "clean" : "faulted", attempt.fromMs, attempt.toMs, 10, scale);
}

function bar(kind: string, fromMs: number, toMs: number, thick: number, scale: Scale): Markup {
  const width = placeOf(Math.max(0, scale.percent(toMs) - scale.percent(fromMs)));
  return html`<rect class="bar ${kind}" x="${scale.place(fromMs)}" y="${-thick / 2}" width="${width}" height="${thick}" rx="1.5"/>`;
}

/** A child drawing placed by percentage, so that marks keep their shape. */
function at(place: string, inside: Markup): Markup {
  return html`<svg x="${place}" overflow="visible">${inside}</svg>`;
}

function gap(attempt: TimelineAttempt, beforeEndMs: number | null, scale: Scale): Markup | null {
  if (attempt.gapMs === null || beforeEndMs === null || attempt.gapMs <= 0) return null;
  const [from, to] = [scale.percent(beforeEndMs), scale.percent(attempt.fromMs)];
  const text = durationText(attempt.gapMs);
  const label =
    to - from >= 12
      ? html`<text class="gap" x="${placeOf((from + to) / 2)}" y="-5">${text}</text>`
      : gapBeside(from, scale.percent(attempt.toMs), text);
  return html`<line class="gap" x1="${placeOf(from)}" x2="${placeOf(to)}" y1="0" y2="0"/>${label}`;
}

/** A gap too short for its label is told to its left, where the lane is empty, else to the right of the bar. */
function gapBeside(from: number, barEnd: number, text: string): Markup | null {
  if (from >= 14) return html`<text class="gap before" x="${placeOf(from - 1)}" y="4">after ${text}</text>`;
  return barEnd < 70
    ? html`<text class="gap beside" x="${placeOf(barEnd + 3)}" y="4">after ${text}</text>`
    : null;
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
