import { createHash } from "node:crypto";
import { headings } from "@holdfast/core";
import type { Observation } from "../../model.ts";
import { indexObservations } from "../evidence-index.ts";
import type { Checklist, ItemResult } from "../model.ts";
import { targetNamer } from "../place.ts";
import { itemAnchor } from "./anchors.ts";
import { checkView, type PageContext, untestedView } from "./check-view.ts";
import { coverageSection } from "./coverage-view.ts";
import { fingerprintSection } from "./fingerprint-view.ts";
import { mark, markDefinitions, word } from "./marks.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { overview } from "./overview.ts";
import { consequences, runSections } from "./run-sections.ts";
import { script } from "./script.ts";
import { styles } from "./styles.ts";

/** `report.html`: one file that needs no network and lets nothing run but its own script. */
export function renderReportHtml(checklist: Checklist, observations: readonly Observation[]): string {
  const context: PageContext = { index: indexObservations(observations), nameOf: targetNamer(checklist) };
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${checklist.service}: Integration Verification Checklist</title>
<style>${trusted(styles)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the checklist</a>
${markDefinitions}
${topBar()}
<main id="main" tabindex="-1">
${overview(checklist, context.nameOf)}
${headings.map((heading) => headingSection(checklist, heading, context))}
${coverageSection(checklist)}
${consequences(checklist)}
${fingerprintSection(checklist)}
${runSections(checklist)}
</main>
<footer><p>Written by Holdfast ${checklist.versions.holdfast}. This file needs no network: keep it, send it, print it.</p></footer>
<script>${trusted(script)}</script>
</body>
</html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

const policy = [
  "default-src 'none'",
  `style-src '${sha256(styles)}'`,
  `script-src '${sha256(script)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function topBar(): Markup {
  return html`<header class="topbar"><div class="inner"><a class="brand" href="#main"><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 2v9M10 7c-3 0-5-1.5-5-4M10 9c3 0 5-1.5 5-4M10 11c0 3-2 4-4.500 7M10 11c0 3 2 4 4.500 7M10 11v7M3 18h14"/></svg>Holdfast</a>
<div class="tools" hidden><button type="button" id="only-findings" aria-pressed="false">Findings only</button><button type="button" id="open-all" aria-pressed="false">Open all</button><button type="button" id="theme"><span class="wide-only">Theme: </span><span id="theme-name">system</span></button></div></div></header>`;
}

function headingSection(checklist: Checklist, heading: string, context: PageContext): Markup {
  const items = checklist.items.filter((item) => item.heading === heading);
  return html`<section class="block"><h2>${heading}</h2>${items.map((item) => itemSection(item, context))}</section>`;
}

function itemSection(item: ItemResult, context: PageContext): Markup {
  const judged = item.checks.filter((check) => check.verdict !== "not-tested");
  const untested = item.checks.filter((check) => check.verdict === "not-tested");
  return html`<section class="item-section" id="${itemAnchor(item)}" tabindex="-1"><h3>${mark(item.verdict)}<span>${item.title}</span>${word(item.verdict)}<span class="says">${item.says}</span></h3>
<div class="checks-list">${judged.map((check) => checkView(check, context))}${untestedView(untested, context)}</div></section>`;
}
