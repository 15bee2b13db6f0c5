import { impactOf } from "../impact.ts";
import type { Checklist, Incident, RunbookGap } from "../model.ts";
import { checkOfFinding, fileName } from "../place.ts";
import { asSentence, durationText } from "../text.ts";
import { checkAnchor } from "./anchors.ts";
import { sentence } from "./marks.ts";
import { html, type Markup } from "./markup.ts";
import { shareWidth } from "./number-line.ts";

/** Incident drafts and runbook gaps: what the findings would have been in production. */
export function consequences(checklist: Checklist): Markup {
  const { incidents, runbookGaps } = checklist;
  return html`${incidents.length > 0 && html`<section class="block" aria-labelledby="incidents"><h2 id="incidents">Incident drafts</h2><p class="lead">What the findings would have been in production.</p>${incidents.map((incident) => incidentView(checklist, incident))}</section>`}
${
  runbookGaps.length > 0 &&
  html`<section class="block" aria-labelledby="gaps"><h2 id="gaps">Runbook gaps</h2><p class="lead">Failure modes that this run showed and no runbook or alert covers well enough.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Table of runbook gaps"><table><thead><tr><th scope="col">Failure mode</th><th scope="col">How to recognise it</th><th scope="col">Missing</th><th scope="col">To do</th></tr></thead><tbody>
${runbookGaps.map((gap) => html`<tr><th scope="row"><bdi>${gap.failureMode}</bdi></th><td data-label="How to recognise it">${sentence(gap.signature)}</td><td data-label="Missing">${sentence(gap.gap)}</td><td data-label="To do">${sentence(gap.todo)}${draftView(gap)}</td></tr>`)}
</tbody></table></div></section>`
}`;
}

/** What would mend it, drafted, to be copied. */
function draftView({ rule, section }: RunbookGap): Markup {
  const drafts = [
    ["A rule, drafted", rule],
    ["A section, drafted", section],
  ] as const;
  return html`${drafts.map(([says, text]) => text !== undefined && html`<details><summary>${says}</summary><pre>${text}</pre></details>`)}`;
}

function incidentView(checklist: Checklist, incident: Incident): Markup {
  const finding = checklist.findings.find((one) => one.id === incident.finding);
  const check = finding === undefined ? undefined : checkOfFinding(checklist, finding);
  const impact = check === undefined ? undefined : impactOf(check);
  const start = incident.timeline[0]?.atMs ?? 0;
  const steps = incident.timeline.map(
    ({ atMs, what }) =>
      html`<li><span class="when">+${durationText(atMs - start)}</span> <span>${sentence(what)}</span></li>`,
  );
  return html`<details class="incident"><summary><span class="severity-tag">${incident.severity}</span><span class="incident-title">${asSentence(incident.title)}</span><span class="incident-id">${incident.id}</span></summary>
<div class="check-body">${impact !== undefined && html`<p class="question">${impact}</p>`}<p>${sentence(incident.story)}</p><ol class="steps">${steps}</ol><p class="cited-only">The draft is in <code>${incident.file}</code>.${check !== undefined && html` <a href="#${checkAnchor(check)}">See the evidence</a>`}</p></div></details>`;
}

/** How the run went: experiments with their cost, noise, versions, and what was left out. */
export function runSections(checklist: Checklist): Markup {
  return html`${experiments(checklist)}<section class="block" aria-labelledby="about"><h2 id="about">About this run</h2>${about(checklist)}</section>`;
}

function experiments(checklist: Checklist): Markup {
  const longest = Math.max(1, ...checklist.experiments.map((one) => one.wallMs));
  const rows = checklist.experiments.map(
    (one) =>
      html`<tr><th scope="row"><bdi>${one.id}</bdi><span class="does">${one.summary}</span></th><td class="checks" data-label="Asked for by">${one.checks.join(", ")}</td><td class="number" data-label="Samples">${one.samples}</td><td class="number" data-label="Wall">${durationText(one.wallMs)}<svg class="cost" height="5" aria-hidden="true" focusable="false"><rect class="wall" width="${shareWidth(one.wallMs, longest)}" height="5"/><rect class="least" width="${shareWidth(one.lowerBoundMs, longest)}" height="5"/></svg></td><td class="number" data-label="Lower bound">${durationText(one.lowerBoundMs)}</td></tr>`,
  );
  return html`${
    rows.length > 0 &&
    html`<section class="block" aria-labelledby="experiments"><h2 id="experiments">Experiments</h2><p class="lead">What was done to the provider, and what it cost. No schedule beats the lower bound.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Table of experiments"><table class="experiments"><thead><tr><th scope="col">Experiment</th><th scope="col">Asked for by</th><th scope="col" class="number">Samples</th><th scope="col" class="number">Wall</th><th scope="col" class="number">Lower bound</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
  }`;
}

function about(checklist: Checklist): Markup {
  const { noise, versions, contract } = checklist;
  const facts: readonly (readonly [string, string])[] = [
    [
      "Wall time",
      `${durationText(checklist.wallMs)}; no schedule beats ${durationText(checklist.lowerBoundMs)}; the longest experiment took ${durationText(checklist.longestExperimentMs)}`,
    ],
    ["Start of an instance", `${durationText(checklist.startMs)} (median)`],
    [
      "Noise of the machine",
      noise === null
        ? "not measured"
        : `σ ${durationText(noise.sigmaMs)}, p50 ${durationText(noise.p50Ms)}, p99 ${durationText(noise.p99Ms)}, most ${durationText(noise.maxMs)} in ${noise.samples} samples`,
    ],
    ["Contract", `${fileName(contract.file)}, SHA-256 ${contract.digest}`],
    ["Versions", `Holdfast ${versions.holdfast}, Node ${versions.node}, ${versions.platform}`],
    ...checklist.notBuilt.map((part): readonly [string, string] => [
      "Not built yet",
      `${part.path} (line ${part.line}): ${part.what}`,
    ]),
  ];
  return html`<dl class="facts wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}
