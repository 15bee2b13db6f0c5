/**
 * The part of Grafana's dashboard model that is written here, field by field as `@grafana/grafana-foundation-sdk` types it
 * (docs/decisions/0027). What Grafana knows besides, it fills in itself.
 */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly timezone: "browser";
  readonly editable: boolean;
  /** 1: the pointer is shown at the same time in every panel. */
  readonly graphTooltip: 1;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: 39;
  readonly templating: { readonly list: readonly GrafanaVariable[] };
  readonly annotations: { readonly list: readonly GrafanaAnnotation[] };
  readonly links: readonly GrafanaLink[];
  readonly panels: readonly (GrafanaRow | GrafanaPanel)[];
}

/** What its reader may choose: the data source. */
export interface GrafanaVariable {
  readonly name: string;
  readonly label: string;
  readonly type: "datasource";
  readonly query: "prometheus";
  readonly hide: 0;
  readonly refresh: 1;
  readonly multi: false;
  readonly includeAll: false;
}

export interface GrafanaDatasource {
  readonly type: "prometheus";
  readonly uid: string;
}

/** Moments that are marked in every panel. */
export interface GrafanaAnnotation {
  readonly name: string;
  readonly datasource: GrafanaDatasource;
  readonly enable: true;
  readonly iconColor: string;
  readonly expr: string;
  readonly titleFormat: string;
}

export interface GrafanaLink {
  readonly title: string;
  readonly type: "link" | "dashboards";
  readonly icon: "external link" | "doc" | "dashboard";
  readonly tooltip: string;
  readonly url: string;
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly targetBlank: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

export interface GridPlace {
  readonly h: number;
  readonly w: number;
  readonly x: number;
  readonly y: number;
}

export interface GrafanaRow {
  readonly type: "row";
  readonly id: number;
  readonly title: string;
  readonly collapsed: false;
  readonly gridPos: GridPlace;
  readonly panels: readonly [];
}

export interface GrafanaTarget {
  readonly refId: string;
  readonly datasource: GrafanaDatasource;
  readonly expr: string;
  readonly legendFormat: string;
  readonly range: true;
  readonly instant: false;
  readonly exemplar: boolean;
}

export interface GrafanaPanel {
  readonly type: "timeseries" | "stat" | "state-timeline";
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly datasource: GrafanaDatasource;
  readonly gridPos: GridPlace;
  readonly targets: readonly GrafanaTarget[];
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly min?: number;
      readonly color: { readonly mode: "palette-classic" | "thresholds" };
      readonly thresholds: {
        readonly mode: "absolute";
        readonly steps: readonly { readonly color: string; readonly value: number | null }[];
      };
      readonly mappings: readonly {
        readonly type: "value";
        readonly options: Readonly<Record<string, { readonly text: string; readonly index: number }>>;
      }[];
      readonly custom: Readonly<Record<string, unknown>>;
    };
    readonly overrides: readonly [];
  };
  readonly options: Readonly<Record<string, unknown>>;
}
