import type {
  GrafanaDashboard,
  GrafanaDatasource,
  GrafanaLink,
  GrafanaPanel,
  GrafanaRow,
  GridPlace,
} from "./grafana.ts";
import type { Panel, Step } from "./panel.ts";

/** A dashboard before it is Grafana's: rows of panels, and where else to look. */
export interface DashboardPlan {
  /** Stable, so that links to it and what it replaces stay the same: at most 40 letters, digits and dashes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
  readonly links: readonly GrafanaLink[];
  /** Alerts whose begin is marked in every panel; a selector of `ALERTS`. */
  readonly alerts: string;
}

/** The data source that its reader has chosen. */
const datasource: GrafanaDatasource = { type: "prometheus", uid: `\${datasource}` };

const columns = 24;
const heights: Readonly<Record<Panel["shows"], number>> = { lines: 8, number: 8, states: 6 };

/** A plan as Grafana imports or provisions it. */
export function toGrafana(plan: DashboardPlan): GrafanaDashboard {
  return {
    uid: plan.uid,
    title: plan.title,
    description: plan.description,
    tags: plan.tags,
    timezone: "browser",
    editable: true,
    graphTooltip: 1,
    time: { from: "now-6h", to: "now" },
    refresh: "1m",
    schemaVersion: 39,
    templating: {
      list: [
        {
          name: "datasource",
          label: "Prometheus",
          type: "datasource",
          query: "prometheus",
          hide: 0,
          refresh: 1,
          multi: false,
          includeAll: false,
        },
      ],
    },
    annotations: {
      list: [
        {
          name: "Alerts",
          datasource,
          enable: true,
          iconColor: "red",
          expr: plan.alerts,
          titleFormat: "{{alertname}}",
        },
      ],
    },
    links: plan.links,
    panels: placed(plan.rows),
  };
}

function placed(rows: DashboardPlan["rows"]): readonly (GrafanaRow | GrafanaPanel)[] {
  const all: (GrafanaRow | GrafanaPanel)[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const id = all.length + 1;
    all.push({
      type: "row",
      id,
      title,
      collapsed: false,
      gridPos: { h: 1, w: columns, x: 0, y },
      panels: [],
    });
    y += 1;
    let [x, high] = [0, 0];
    for (const panel of panels) {
      if (x + panel.width > columns) [x, y, high] = [0, y + high, 0];
      const h = heights[panel.shows];
      all.push(panelOf(panel, all.length + 1, { h, w: panel.width, x, y }));
      x += panel.width;
      high = Math.max(high, h);
    }
    y += high;
  }
  return all;
}

function panelOf(panel: Panel, id: number, gridPos: GridPlace): GrafanaPanel {
  const { unit, steps, words } = panel;
  const looks = looksOf(panel);
  return {
    type: looks.type,
    id,
    title: panel.title,
    description: panel.says,
    datasource,
    gridPos,
    targets: panel.queries.map(({ expr, legend, exemplars }, index) => ({
      refId: refId(index),
      datasource,
      expr,
      legendFormat: legend,
      range: true,
      instant: false,
      exemplar: exemplars === true,
    })),
    fieldConfig: {
      defaults: {
        unit,
        // A line at the lower edge must mean nothing, and not the least that happened.
        ...(panel.shows === "lines" ? { min: 0 } : {}),
        color: { mode: panel.shows === "lines" ? "palette-classic" : "thresholds" },
        thresholds: { mode: "absolute", steps: thresholdSteps(steps ?? alarm(words)) },
        mappings: words === undefined ? [] : [mappingOf(words)],
        custom: looks.custom,
      },
      overrides: [],
    },
    options: looks.options,
  };
}

/** What has a word for one value only, shows that something is the case. */
function alarm(words: Panel["words"]): readonly Step[] {
  return [{ from: 0, colour: words === undefined ? "green" : "red" }];
}

/** Grafana's first step has no number: it holds from below. */
function thresholdSteps(steps: readonly Step[]) {
  return steps.map(({ from, colour }, index) => ({ color: colour, value: index === 0 ? null : from }));
}

function mappingOf(words: Readonly<Record<number, string>>) {
  const entries = Object.entries(words).map(([value, text], index) => [value, { text, index }] as const);
  return { type: "value" as const, options: Object.fromEntries(entries) };
}

/** `A` to `Z`, then `AA`: an id for each query of a panel. */
function refId(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : refId(Math.floor(index / 26) - 1) + letter;
}

function looksOf({ shows, steps }: Panel): {
  readonly type: GrafanaPanel["type"];
  readonly custom: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
} {
  const legend = { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] };
  const tooltip = { mode: "multi", sort: "desc" };
  switch (shows) {
    case "lines":
      return {
        type: "timeseries",
        custom: {
          drawStyle: "line",
          fillOpacity: 10,
          showPoints: "never",
          spanNulls: false,
          thresholdsStyle: { mode: steps === undefined ? "off" : "dashed" },
        },
        options: { legend, tooltip },
      };
    case "number":
      return {
        type: "stat",
        custom: {},
        options: {
          graphMode: "area",
          colorMode: "value",
          justifyMode: "auto",
          textMode: "auto",
          orientation: "auto",
          reduceOptions: { calcs: ["lastNotNull"], values: false, fields: "" },
        },
      };
    case "states":
      return {
        type: "state-timeline",
        custom: { lineWidth: 0, fillOpacity: 80 },
        options: {
          showValue: "auto",
          mergeValues: true,
          rowHeight: 0.8,
          alignValue: "left",
          legend,
          tooltip,
        },
      };
  }
}
