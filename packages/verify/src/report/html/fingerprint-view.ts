import type { Verdict } from "@holdfast/core";
import type { Fingerprint, Standing, Trait } from "../../fingerprint/model.ts";
import {
  declaredText,
  fingerprintName,
  rangeText,
  seenText,
  standingWords,
  traitNames,
} from "../../fingerprint/trait-text.ts";
import type { Checklist } from "../model.ts";
import { mark } from "./marks.ts";
import { html, type Markup } from "./markup.ts";

/** The inferred policies beside the declared ones, differences marked. */
export function fingerprintSection({ fingerprint = [] }: Checklist): Markup {
  return html`${
    fingerprint.length > 0 &&
    html`<section class="block" aria-labelledby="fingerprint"><h2 id="fingerprint">Fingerprint</h2><p class="lead">The policy as it looks from outside, inferred from behaviour alone, beside the one that is declared. Also in <code>fingerprint.yaml</code>, in contract form.</p>
${fingerprint.map((one) => policyTable(one, fingerprintName(one, fingerprint)))}</section>`
  }`;
}

function policyTable({ traits }: Fingerprint, name: string): Markup {
  return html`<div class="scroll fingerprint" role="region" tabindex="0" aria-label="Table of the policy of ${name}"><table><thead><tr><th scope="col"><bdi>${name}</bdi></th><th scope="col">Inferred</th><th scope="col">Declared</th><th scope="col">Rests on</th></tr></thead><tbody>${traits.map(row)}</tbody></table></div>`;
}

function row(trait: Trait): Markup {
  const range = rangeText(trait);
  const unknown = trait.value === null;
  return html`<tr class="${trait.standing}"><th scope="row">${traitNames[trait.field]}</th><td class="inferred" data-label="Inferred">${unknown ? html`<span class="open-value">${seenText(trait)}</span>` : html`<b>${seenText(trait)}</b>`}${range !== "" && html`<span class="does">${range}</span>`}</td><td data-label="Declared">${declaredCell(trait)}</td><td class="checks" data-label="Rests on">${trait.note} <span class="sample">n ${trait.samples}</span></td></tr>`;
}

/** A standing is told as verdicts are: by a mark and a word. */
const marks: Readonly<Record<Standing, Verdict>> = {
  agrees: "pass",
  differs: "fail",
  "not-seen": "inconclusive",
  "not-declared": "not-applicable",
};

function declaredCell({ field, declared, standing }: Trait): Markup {
  if (declared === null) return html`<span class="open-value">–</span>`;
  return html`<span class="beside">${mark(marks[standing])}<span>${declaredText(field, declared)}<span class="does">${standingWords[standing]}</span></span></span>`;
}
