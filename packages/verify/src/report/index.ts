import { renderFingerprint } from "./fingerprint-yaml.ts";
import type { Format } from "./format.ts";
import { renderReportHtml } from "./html/page.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderRunbookGaps } from "./runbook-gaps.ts";
import { plainPage, renderTerminal } from "./terminal.ts";

/** Every form in which a run is told. Incident drafts are files of their own: see `write-report.ts`. */
export const formats: readonly Format[] = [
  {
    id: "json",
    file: "checklist.json",
    summary: "The whole checklist as data, in the published schema.",
    render: renderJson,
  },
  {
    id: "markdown",
    file: "checklist.md",
    summary: "The checklist for a pull request or a wiki.",
    render: renderMarkdown,
  },
  {
    id: "junit",
    file: "junit.xml",
    summary: "A test suite per item and a test case per check, for CI.",
    render: renderJunit,
  },
  {
    id: "html",
    file: "report.html",
    summary: "One self-contained page: every verdict opens onto its evidence.",
    render: renderReportHtml,
  },
  {
    id: "runbook-gaps",
    file: "runbook-gaps.md",
    summary: "Failure modes that the run showed and no runbook covers.",
    render: renderRunbookGaps,
  },
  {
    id: "fingerprint",
    file: "fingerprint.yaml",
    summary: "The policies inferred from behaviour, in contract form, beside the declared ones.",
    render: renderFingerprint,
  },
  {
    id: "terminal",
    file: null,
    summary: "The one-screen checklist, as `verify` prints it.",
    render: (checklist) => renderTerminal(checklist, plainPage),
  },
];
