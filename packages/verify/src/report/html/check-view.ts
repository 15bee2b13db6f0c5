import type { Citation } from "../../model.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { exampleCalls } from "../examples.ts";
import type { CheckResult } from "../model.ts";
import { placeText, type TargetNamer } from "../place.ts";
import { asSentence, counted, durationText } from "../text.ts";
import { type Timeline, timelineOf } from "../timeline.ts";
import { checkAnchor } from "./anchors.ts";
import { mark, sentence, word } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { numbers } from "./number-line.ts";
import { statusMatrix } from "./status-matrix.ts";
import { layOut, type TimeLimit } from "./timeline-rows.ts";
import { timelineFigure } from "./timeline-view.ts";

/** What every check on the page is drawn with. */
export interface PageContext {
  readonly index: EvidenceIndex;
  readonly nameOf: TargetNamer;
}

/** More cited calls than this are counted, not drawn. */
const timelinesMax = 3;

/** A check as a line that opens onto its evidence. */
export function checkView(check: CheckResult, { index, nameOf }: PageContext): Markup {
  const target = nameOf(check);
  const matrix = statusMatrix(check, index);
  const told = numbers(check, matrix === null);
  return html`<details class="check" id="${checkAnchor(check)}" data-verdict="${check.verdict}">
<summary>${mark(check.verdict)}<span class="check-id">${check.id}${target !== "" && html` <span class="target"><bdi>${target}</bdi></span>`}</span>
<span class="because">${sentence(asSentence(check.because))}${check.accepted !== undefined && html` <span class="accepted">accepted</span>`}</span>${word(check.verdict)}</summary>
<div class="check-body">
${accepted(check)}${advice(check)}${evidence(check, index, matrix)}
<div class="pair">
${told !== null && html`<section><h4>Numbers</h4>${told}</section>`}
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

function evidence(check: CheckResult, index: EvidenceIndex, matrix: Markup | null): Markup {
  const limit = limitLine(check);
  const cited = byCall([...check.evidence, ...exampleCalls(check, index)]);
  const shown = cited.slice(0, timelinesMax).map((citation) => {
    const timeline: Timeline | null = timelineOf(citation, index);
    return timeline === null ? citationOnly(citation) : timelineFigure(layOut(timeline, limit));
  });
  const left = cited.length - shown.length;
  if (shown.length === 0 && matrix === null) return html``;
  return html`<section class="evidence"><h4>Evidence</h4>${matrix}${shown}${left > 0 && html`<p class="cited-only">${counted(left, "more call")} cited in <code>checklist.json</code>.</p>`}</section>`;
}

/** What is cited of one call belongs on one timeline. */
function byCall(citations: readonly Citation[]): readonly Citation[] {
  const groups = Map.groupBy(citations, (citation) => `${citation.experiment} ${citation.call}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const notes = [...new Set(group.map((citation) => citation.note))];
    const exchanges = [...new Set(group.flatMap((citation) => citation.exchanges))];
    return first === undefined ? [] : [{ ...first, exchanges, note: notes.join("; ") }];
  });
}

function citationOnly({ note, experiment, call }: Citation): Markup {
  return html`<p class="cited-only">${asSentence(note)} <span class="cited"><bdi>${experiment}</bdi> · call <bdi>${call}</bdi></span></p>`;
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
${place !== undefined && html`<div><dt>Contract</dt><dd><code>${placeText(place)}</code> <bdi>${place.path}</bdi>${place.declared === false && " (nothing is declared there)"}</dd></div>`}</dl>`;
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
export function untestedView(checks: readonly CheckResult[], { nameOf }: PageContext): Markup {
  if (checks.length === 0) return html``;
  const reasons = [...new Set(checks.map((check) => check.because))];
  const why = reasons.length === 1 ? reasons[0] : "for the reasons inside";
  const names = [...new Set(checks.map((check) => check.id))].join(", ");
  return html`<details class="check" data-verdict="not-tested"><summary>${mark("not-tested")}<span class="check-id">${counted(checks.length, "check")}</span>
<span class="because">${names}: ${sentence(why ?? "")}</span>${word("not-tested")}</summary>
<div class="check-body"><ul class="untested">${checks.map((check) => untestedLine(check, nameOf(check), reasons.length > 1))}</ul></div></details>`;
}

function untestedLine(check: CheckResult, target: string, withReason: boolean): Markup {
  return html`<li id="${checkAnchor(check)}"><code>${check.id}</code> ${target !== "" && html`<bdi>${target}</bdi> `}${check.question}${withReason && html` <span class="cited-only">${sentence(check.because)}</span>`}</li>`;
}
