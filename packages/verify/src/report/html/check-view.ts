import type { CheckResult } from "../../model.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { placeText, targetText } from "../place.ts";
import { counted, durationText } from "../text.ts";
import { type Timeline, timelineOf } from "../timeline.ts";
import { checkAnchor } from "./anchors.ts";
import { mark, sentence, word } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { numbers } from "./number-line.ts";
import { statusMatrix } from "./status-matrix.ts";
import { layOut, type TimeLimit } from "./timeline-rows.ts";
import { timelineFigure } from "./timeline-view.ts";

/** More cited calls than this are counted, not drawn. */
const timelinesMax = 3;

/** A check as a line that opens onto its evidence. */
export function checkView(check: CheckResult, index: EvidenceIndex): Markup {
  const target = targetText(check);
  return html`<details class="check" id="${checkAnchor(check)}" data-verdict="${check.verdict}">
<summary>${mark(check.verdict)}<span class="check-id">${check.id}${target !== "" && html` <span class="target"><bdi>${target}</bdi></span>`}</span>
<span class="because">${sentence(check.because)}${check.accepted !== undefined && html` <span class="accepted">accepted</span>`}</span>${word(check.verdict)}</summary>
<div class="check-body">
${accepted(check)}${advice(check)}${evidence(check, index)}
<div class="pair">
<section><h4>Numbers</h4>${numbers(check)}</section>
<section><h4>Rule</h4><p class="question">${check.question}</p><p>${sentence(check.rule)}</p>${commitment(check)}</section>
</div>
${more(check)}${repeat(check)}
</div>
</details>`;
}

function accepted(check: CheckResult): Markup {
  if (check.accepted === undefined) return html``;
  const { reason, owner, until } = check.accepted;
  return html`<p class="banner" role="note"><b>Accepted until ${until}</b> by <bdi>${owner}</bdi>: ${reason}</p>`;
}

function advice(check: CheckResult): Markup {
  const { diagnosis, remedy, severity } = check;
  if (diagnosis === undefined && remedy === undefined) return html``;
  const grave = severity === undefined ? "" : `, severity ${severity}`;
  return html`<div class="pair callouts">
${diagnosis !== undefined && html`<section class="callout cause"><h4>Likely cause<span class="severity">${grave}</span></h4><p>${sentence(diagnosis)}</p></section>`}
${remedy !== undefined && html`<section class="callout remedy"><h4>Remedy</h4><p>${sentence(remedy)}</p></section>`}
</div>`;
}

function evidence(check: CheckResult, index: EvidenceIndex): Markup {
  const matrix = statusMatrix(check, index);
  const limit = limitLine(check);
  const shown = check.evidence.slice(0, timelinesMax).map((citation) => {
    const timeline: Timeline | null = timelineOf(citation, index);
    return timeline === null
      ? html`<p class="cited-only">${citation.note} <span class="cited"><bdi>${citation.experiment}</bdi> · call <bdi>${citation.call}</bdi></span></p>`
      : timelineFigure(layOut(timeline, limit));
  });
  const left = check.evidence.length - shown.length;
  if (shown.length === 0 && matrix === null) return html``;
  return html`<section class="evidence"><h4>Evidence</h4>${matrix}${shown}${left > 0 && html`<p class="cited-only">${counted(left, "more call")} cited in <code>checklist.json</code>.</p>`}</section>`;
}

/** Limits in time that start with the call or with an attempt are drawn on its timeline; waits between attempts are not. */
function limitLine(check: CheckResult): TimeLimit | null {
  const { limit } = check;
  if (limit === undefined || limit.unit !== "ms") return null;
  const label = `${limit.name} ${durationText(limit.value)}`;
  if (/attempt timeout/i.test(limit.name)) return { of: "attempt", ms: limit.value, label };
  return /deadline/i.test(limit.name) ? { of: "call", ms: limit.value, label } : null;
}

function commitment(check: CheckResult): Markup {
  const place = check.contract;
  return html`<dl class="facts"><div><dt>Source</dt><dd>${check.source}</dd></div>
${place !== undefined && html`<div><dt>Contract</dt><dd><code>${placeText(place)}</code> <bdi>${place.path}</bdi></dd></div>`}</dl>`;
}

function more(check: CheckResult): Markup {
  return check.more === undefined
    ? html``
    : html`<p class="more"><b>What more time would buy.</b> ${sentence(check.more.buys)}</p>`;
}

function repeat(check: CheckResult): Markup {
  return html`<div class="repeat"><code tabindex="0">${check.repeat}</code><button type="button" class="copy" hidden>Copy</button></div>`;
}

/** Checks that nobody could judge yet, together on one line. */
export function untestedView(checks: readonly CheckResult[]): Markup {
  if (checks.length === 0) return html``;
  const reasons = [...new Set(checks.map((check) => check.because))];
  const why = reasons.length === 1 ? reasons[0] : "for the reasons inside";
  return html`<details class="check" data-verdict="not-tested"><summary>${mark("not-tested")}<span class="check-id">${counted(checks.length, "more check")}</span>
<span class="because">${sentence(why ?? "")}</span>${word("not-tested")}</summary>
<div class="check-body"><ul class="untested">${checks.map((check) => html`<li id="${checkAnchor(check)}"><code>${check.id}</code> <bdi>${targetText(check)}</bdi> ${check.question}${reasons.length > 1 && html` <span class="cited-only">${sentence(check.because)}</span>`}</li>`)}</ul></div></details>`;
}
