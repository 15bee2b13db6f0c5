import { headings, type Verdict } from "@holdfast/core";
import type { Checklist, CheckResult, ItemResult } from "../model.ts";
import { fileName, type TargetNamer } from "../place.ts";
import { asSentence, clauses, counted, durationText } from "../text.ts";
import { totalsOf } from "../totals.ts";
import { verdictMarks } from "../verdict-mark.ts";
import { itemAnchor } from "./anchors.ts";
import { mark, word } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { placeOf } from "./scale.ts";

/** The first screen: what was verified, how it went in sum, and the ten items under their three headings. */
export function overview(checklist: Checklist, nameOf: TargetNamer): Markup {
  return html`<section class="overview" aria-labelledby="service">
<div class="hero">
<div><p class="eyebrow">Integration Verification Checklist</p><h1 id="service"><bdi>${checklist.service}</bdi></h1>${facts(checklist)}</div>
${totals(checklist)}
</div>
${(checklist.notes ?? []).map((note) => html`<p class="banner" role="note"><b>Note.</b> ${note}</p>`)}
${
  checklist.interrupted !== null &&
  html`<p class="banner" role="note"><b>Ended early.</b> ${checklist.interrupted}</p>`
}
<div class="columns">${headings.map((heading) => column(checklist, heading, nameOf))}</div>
</section>`;
}

function facts(checklist: Checklist): Markup {
  const { noise, contract } = checklist;
  const pairs: readonly (readonly [string, string])[] = [
    ["run", checklist.run],
    ["started", `${checklist.startedAt.slice(0, 10)} ${checklist.startedAt.slice(11, 19)} UTC`],
    ["took", durationText(checklist.wallMs)],
    ["noise", noise === null ? "not measured" : `±${durationText(noise.sigmaMs)}`],
    ["seed", String(checklist.seed)],
    ["contract", fileName(contract.file)],
  ];
  return html`<dl class="run-facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}

const order: readonly Verdict[] = ["fail", "advice", "inconclusive", "pass", "not-applicable", "not-tested"];

function totals(checklist: Checklist): Markup {
  const { by, checks, accepted } = totalsOf(checklist);
  const shown = order.filter((verdict) => by[verdict] > 0);
  let from = 0;
  const parts = shown.map((verdict) => {
    const width = (by[verdict] / Math.max(1, checks)) * 100;
    const part = html`<rect class="tone-${verdictMarks[verdict].tone} v-${verdict}" x="${placeOf(from)}" y="0" width="${placeOf(width)}" height="10"/>`;
    from += width;
    return part;
  });
  const entries = shown.map(
    (verdict) => html`<li>${mark(verdict)}<b>${by[verdict]}</b> ${verdictMarks[verdict].word}</li>`,
  );
  return html`<div class="totals"><p>${counted(checks, "check")} on ${counted(checklist.items.length, "item")}</p>
<svg class="share" width="100%" height="10" aria-hidden="true" focusable="false">${parts}</svg>
<ul>${entries}${accepted > 0 && html`<li class="accepted-count"><b>${accepted}</b> accepted for now</li>`}</ul></div>`;
}

function column(checklist: Checklist, heading: string, nameOf: TargetNamer): Markup {
  const items = checklist.items.filter((item) => item.heading === heading);
  return html`<section class="column"><h2>${heading}</h2><ul class="items">${items.map((item) => card(item, nameOf))}</ul></section>`;
}

function card(item: ItemResult, nameOf: TargetNamer): Markup {
  const [says, open] = clauses(item.says);
  const dots =
    item.checks.length > dotsMax ? counts(item) : item.checks.map((check) => dot(check, nameOf(check)));
  const worst = worstOf(item)?.because ?? missingIn(item) ?? open;
  return html`<li><a class="item tone-${verdictMarks[item.verdict].tone}" href="#${itemAnchor(item)}">
<span class="item-head">${mark(item.verdict)}<span class="item-title">${item.title}</span>${word(item.verdict)}</span>
<span class="item-says"><span>${says}</span><span class="dots" aria-hidden="true">${dots}</span></span>
${worst !== "" && html`<span class="item-worst">${asSentence(worst)}</span>`}
</a></li>`;
}

function dot(check: CheckResult, where: string): Markup {
  const { tone, word: told } = verdictMarks[check.verdict];
  return html`<svg class="dot tone-${tone}" width="12" height="12"><title>${check.id}${where !== "" && ` (${where})`}: ${told}</title><use href="#m-${check.verdict}"/></svg>`;
}

/** More checks than this are counted by verdict, so that the ten items stay on one screen. */
const dotsMax = 14;

function counts(item: ItemResult): readonly Markup[] {
  return order.flatMap((verdict) => {
    const count = item.checks.filter((check) => check.verdict === verdict).length;
    const { tone } = verdictMarks[verdict];
    return count === 0
      ? []
      : [
          html`<span class="tally"><svg class="dot tone-${tone}" width="12" height="12"><use href="#m-${verdict}"/></svg>${count}</span>`,
        ];
  });
}

const severityOrder = ["critical", "high", "medium", "low"];

/** The check whose sentence says most about an item: its gravest failure, else what it advises or could not tell. */
function worstOf(item: ItemResult): CheckResult | undefined {
  const grave = (check: CheckResult): number =>
    (check.accepted === undefined ? 0 : 10) + Math.max(0, severityOrder.indexOf(check.severity ?? "medium"));
  const failing = item.checks.filter((check) => check.verdict === "fail");
  if (failing.length > 0) return failing.toSorted((one, other) => grave(one) - grave(other))[0];
  const open = item.checks.find(
    (check) =>
      check.accepted === undefined && (check.verdict === "advice" || check.verdict === "inconclusive"),
  );
  return open ?? (item.verdict === "not-applicable" ? item.checks[0] : undefined);
}

/** The first required check that nobody judged, with the reason: what an item lacks to be complete. */
function missingIn(item: ItemResult): string | undefined {
  if (item.verdict !== "incomplete") return undefined;
  const missing = item.checks.find((check) => check.required && check.verdict === "not-tested");
  return missing && `${missing.id}: ${missing.because}`;
}
