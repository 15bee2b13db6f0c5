import { alertCell, type CoverageCell, runbookCell } from "../coverage-text.ts";
import type { AlertCoverage, Checklist } from "../model.ts";
import { mark, sentence } from "./marks.ts";
import { html, type Markup } from "./markup.ts";

/** Ways to fail against the alert that tells of them and the section that says what to do. */
export function coverageSection({ alertCoverage = [] }: Checklist): Markup {
  return html`${
    alertCoverage.length > 0 &&
    html`<section class="block" aria-labelledby="coverage"><h2 id="coverage">Who learns of it</h2><p class="lead">Each way to fail that the run showed, as long as it lasts: the alert that fires first, and the section of the runbook.</p>
<div class="scroll fingerprint" role="region" tabindex="0" aria-label="Table of alerts and runbook sections"><table><thead><tr><th scope="col">Way to fail</th><th scope="col" class="number">Calls that failed</th><th scope="col">Alert</th><th scope="col">Runbook</th></tr></thead><tbody>${alertCoverage.map(row)}</tbody></table></div></section>`
  }`;
}

function row(one: AlertCoverage): Markup {
  return html`<tr><th scope="row"><bdi>${one.failureMode}</bdi><span class="does"><bdi>${one.integration}</bdi></span></th><td class="number" data-label="Calls that failed">${one.failed} of ${one.calls}</td><td data-label="Alert">${cell(alertCell(one))}</td><td data-label="Runbook">${cell(runbookCell(one))}</td></tr>`;
}

function cell({ verdict, says }: CoverageCell): Markup {
  return html`<span class="beside">${mark(verdict)}<span>${sentence(says)}</span></span>`;
}
