import { createHash } from "node:crypto";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import { type GeneratedFile, jsonMarked } from "../generated-mark.ts";
import { equal, type Matcher, selector } from "../metrics/selector.ts";
import type { ObjectivesRead } from "../objectives-read.ts";
import { distinct, slug } from "../slug.ts";
import type { GrafanaDashboard, GrafanaLink } from "./grafana.ts";
import { overviewPanels } from "./overview.ts";
import type { PanelRow, PanelSubject } from "./panel.ts";
import { panelRows } from "./panels/index.ts";
import { type DashboardPlan, toGrafana } from "./to-grafana.ts";

/** A dashboard that was made. */
export interface GeneratedDashboard {
  readonly path: string;
  readonly title: string;
  readonly uid: string;
  readonly panels: number;
  readonly queries: readonly string[];
}

/** Dashboards as files, and what is on them. */
export interface GeneratedDashboards {
  readonly files: readonly GeneratedFile[];
  readonly dashboards: readonly GeneratedDashboard[];
}

/** One dashboard for the service, and one for each integration. */
export function generateDashboards(
  service: string,
  read: Pick<ObjectivesRead, "objectives" | "subjects">,
): GeneratedDashboards {
  const integrations = read.subjects.filter(({ source }) => source !== "delivery");
  const delivering = read.subjects.filter(({ source }) => source === "delivery");
  const names = distinct([slug(service), ...integrations.map(({ integration }) => slug(integration))]);
  const of = ({ integration }: ModeSubject) =>
    read.objectives.filter((objective) => objective.integration === integration);
  const plans = [
    servicePlan(service, integrations, delivering, read.objectives),
    ...integrations.map((subject) => integrationPlan(subject, of(subject))),
  ];
  const made = plans.map((plan, index) => ({ path: `${names[index]}.json`, model: toGrafana(plan) }));
  return {
    files: made.map(({ path, model }) => ({ path, kind: "dashboards", text: dashboardText(model) })),
    dashboards: made.map(({ path, model }) => toldOf(path, model)),
  };
}

/** A dashboard as text; its description says who wrote it. */
function dashboardText(model: GrafanaDashboard): string {
  return jsonMarked(model, "dashboards");
}

function toldOf(path: string, { title, uid, panels }: GrafanaDashboard): GeneratedDashboard {
  const shown = panels.filter((panel) => panel.type !== "row");
  return {
    path,
    title,
    uid,
    panels: shown.length,
    queries: shown.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  };
}

function servicePlan(
  service: string,
  subjects: readonly ModeSubject[],
  delivering: readonly ModeSubject[],
  objectives: PanelSubject["objectives"],
): DashboardPlan {
  const delivered = delivering.flatMap((subject) => rowsOf("delivery", { subject, objectives: [] }));
  return {
    uid: uidOf(service),
    title: service,
    description: `What ${service} depends on, and how that does.`,
    tags: tagsOf(service),
    rows: [
      { title: "Integrations", panels: overviewPanels({ service, subjects, objectives }) },
      ...delivered,
    ],
    links: [siblings(service)],
    alerts: firing([equal("service", service)]),
  };
}

function integrationPlan(subject: ModeSubject, objectives: PanelSubject["objectives"]): DashboardPlan {
  const { service, integration, runbook } = subject;
  return {
    uid: uidOf(service, integration),
    title: `${service}: ${integration}`,
    description: `How ${service} calls ${integration}: objectives, calls, attempts, and what protects both sides.`,
    tags: tagsOf(service),
    rows: rowsOf("integration", { subject, objectives }),
    links: [
      siblings(service),
      ...(runbook === null || !/^https?:/.test(runbook) ? [] : [runbookLink(runbook)]),
    ],
    alerts: firing([equal("service", service), equal("integration", integration)]),
  };
}

function rowsOf(of: PanelRow["of"], subject: PanelSubject): DashboardPlan["rows"] {
  return panelRows
    .filter((row) => row.of === of)
    .map((row) => ({ title: row.title, panels: row.panels(subject) }))
    .filter(({ panels }) => panels.length > 0);
}

function firing(matchers: readonly Matcher[]): string {
  return selector("ALERTS", [equal("alertstate", "firing"), ...matchers]);
}

/** Grafana keeps 40 characters of an id; a digest keeps those apart that would be alike. */
function uidOf(...names: readonly string[]): string {
  const digest = createHash("sha256").update(names.join("\n")).digest("hex").slice(0, 8);
  const readable = slug(names.join("-")).replaceAll(".", "-").toLowerCase().slice(0, 22);
  return `holdfast-${readable.replace(/-+$/, "")}-${digest}`;
}

function tagsOf(service: string): readonly string[] {
  return ["holdfast", `service:${service}`];
}

const plainLink = {
  url: "",
  asDropdown: false,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
} as const;

function siblings(service: string): GrafanaLink {
  return {
    ...plainLink,
    title: service,
    type: "dashboards",
    icon: "dashboard",
    tooltip: "The dashboards of the service and of its integrations",
    tags: tagsOf(service),
    asDropdown: true,
  };
}

function runbookLink(url: string): GrafanaLink {
  return {
    ...plainLink,
    title: "Runbook",
    type: "link",
    icon: "doc",
    tooltip: "What to do",
    url,
    tags: [],
    targetBlank: true,
    includeVars: false,
    keepTime: false,
  };
}
