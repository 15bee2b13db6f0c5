import type { Measured } from "../../model.ts";
import type { CheckResult } from "../model.ts";
import { counted, intervalText, quantityText } from "../text.ts";
import { html, type Markup } from "./markup.ts";
import { linearScale, placeOf, type Scale } from "./scale.ts";

/** The numbers of a check: the estimate with its interval drawn against the limit, then, if asked, what else was measured; `null` when it has none. */
export function numbers(check: CheckResult, withMeasured: boolean): Markup | null {
  const { estimate, limit, bound } = check;
  const measured = withMeasured ? (check.measured ?? []) : [];
  const rows = [
    ...[estimate, limit, ...measured].filter((one) => one !== undefined).map(measuredRow),
    ...(bound === undefined ? [] : [row("none seen; 95 % bound of the rate", quantityText(bound, "ratio"))]),
    ...(check.samples === 0 ? [] : [row("judged", counted(check.samples, "call"))]),
    ...(check.fired === 0 ? [] : [row("fault took hold on", counted(check.fired, "exchange"))]),
  ];
  if (rows.length === 0) return null;
  const drawing =
    estimate !== undefined &&
    (estimate.interval !== undefined || limit !== undefined) &&
    (limit === undefined || limit.unit === estimate.unit);
  return html`${drawing && numberLine(estimate, limit ?? null)}<dl class="facts">${rows}</dl>`;
}

/** A dot with its interval as a whisker, and the limit as a dashed line. */
export function numberLine(estimate: Measured, limit: Measured | null): Markup {
  const [low, high] = estimate.interval ?? [estimate.value, estimate.value];
  const values = [low, high, estimate.value, ...(limit === null ? [] : [limit.value])];
  const span = Math.max(...values) - Math.min(...values);
  const pad = span > 0 ? span * 0.12 : Math.max(1, Math.abs(estimate.value)) * 0.2;
  const scale = linearScale(Math.min(...values) - pad, Math.max(...values) + pad);
  const limitMark =
    limit !== null &&
    html`<line class="limit" x1="${scale.place(limit.value)}" x2="${scale.place(limit.value)}" y1="16" y2="42"/><text class="limit ${anchor(scale, limit.value)}" x="${scale.place(limit.value)}" y="11">limit ${quantityText(limit.value, limit.unit)}</text>`;
  return html`<svg class="plot number-line" height="60" aria-hidden="true" focusable="false">
<line class="rail" x1="0" x2="100%" y1="30" y2="30"/>${limitMark}
${estimate.interval !== undefined && whisker(scale, low, high)}
<circle class="dot" cx="${scale.place(estimate.value)}" cy="30" r="4.5"/>
<text class="${anchor(scale, estimate.value)}" x="${scale.place(estimate.value)}" y="54">${quantityText(estimate.value, estimate.unit)}</text></svg>`;
}

function whisker(scale: Scale, low: number, high: number): Markup {
  return html`<line class="whisker" x1="${scale.place(low)}" x2="${scale.place(high)}" y1="30" y2="30"/>${cap(scale, low)}${cap(scale, high)}`;
}

function cap(scale: Scale, value: number): Markup {
  return html`<line class="whisker" x1="${scale.place(value)}" x2="${scale.place(value)}" y1="25" y2="35"/>`;
}

function anchor(scale: Scale, value: number): string {
  const percent = scale.percent(value);
  return percent < 20 ? "beside" : percent > 80 ? "before" : "centred";
}

function measuredRow({ name, value, unit, interval }: Measured): Markup {
  const range = interval === undefined ? "" : ` (95 %: ${intervalText(interval, unit)})`;
  return row(name, `${quantityText(value, unit)}${range}`);
}

function row(name: string, value: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** How wide a share is, for bars in tables. */
export function shareWidth(part: number, whole: number): string {
  return placeOf(whole > 0 ? Math.min(100, (part / whole) * 100) : 0);
}
