import type { RuleText } from "./model.ts";

/** A query of a panel. */
export interface PanelExpr {
  readonly dashboard: string;
  readonly panel: string;
  /** As the dashboard has it. */
  readonly expr: string;
  /** With Grafana's variables filled in; `null` where the value of one is not known. */
  readonly asked: string | null;
  /** The variable whose value is not known. */
  readonly unknown: string | null;
}

/** What a dashboard holds that Prometheus answers. */
export interface DashboardRead {
  readonly queries: readonly PanelExpr[];
  /** Queries for other sources of data, such as logs. */
  readonly foreign: number;
  /** Why the file is no dashboard; `null` where it is one. */
  readonly problem: string | null;
}

/** What Grafana knows without being told. */
const builtIn: Readonly<Record<string, string>> = {
  __rate_interval: "5m",
  __interval: "1m",
  __interval_ms: "60000",
  __range: "1h",
  __range_s: "3600",
  __range_ms: "3600000",
};

/** Reads a dashboard of Grafana: the queries of every panel, those in rows included. */
export function readDashboard({ path, text }: RuleText): DashboardRead {
  const parsed = parsedJson(text);
  const model = isRecord(parsed) && isRecord(parsed["dashboard"]) ? parsed["dashboard"] : parsed;
  if (!isRecord(model) || !Array.isArray(model["panels"]))
    return { queries: [], foreign: 0, problem: "it is no dashboard of Grafana: JSON with panels" };
  const variables = variablesOf(model);
  const panels = panelsIn(model["panels"]);
  const targets = panels.flatMap((panel) => targetsOf(panel).map((target) => ({ panel, target })));
  const asked = targets.filter(({ panel, target }) => isPrometheus(panel, target));
  return {
    queries: asked.map(({ panel, target }) => ({
      dashboard: path,
      panel: textOf(panel["title"]),
      expr: textOf(target["expr"]),
      ...filled(textOf(target["expr"]), variables),
    })),
    foreign: targets.length - asked.length,
    problem: null,
  };
}

function panelsIn(panels: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] {
  return panels.filter(isRecord).flatMap((panel) => {
    const inside = Array.isArray(panel["panels"]) ? panelsIn(panel["panels"]) : [];
    return [panel, ...inside];
  });
}

function targetsOf(panel: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(panel["targets"]) ? panel["targets"].filter(isRecord) : [];
}

/** A target is Prometheus' unless it or its panel names another kind of source. */
function isPrometheus(
  panel: Readonly<Record<string, unknown>>,
  target: Readonly<Record<string, unknown>>,
): boolean {
  if (textOf(target["expr"]) === "") return false;
  const kinds = [target["datasource"], panel["datasource"]].flatMap((source) =>
    isRecord(source) && textOf(source["type"]) !== "" ? [textOf(source["type"])] : [],
  );
  return kinds.length === 0 || kinds[0] === "prometheus";
}

/** The values of template variables, as far as the file tells them. */
function variablesOf(model: Readonly<Record<string, unknown>>): ReadonlyMap<string, string | null> {
  const list = isRecord(model["templating"]) ? model["templating"]["list"] : [];
  const variables = Array.isArray(list) ? list.filter(isRecord) : [];
  return new Map(
    variables.map((variable) => {
      const current = isRecord(variable["current"]) ? variable["current"]["value"] : undefined;
      const value = Array.isArray(current) ? current.map(textOf).join("|") : textOf(current);
      if (value === "$__all") return [textOf(variable["name"]), textOf(variable["allValue"]) || ".*"];
      return [textOf(variable["name"]), value === "" ? null : value];
    }),
  );
}

function filled(
  expr: string,
  variables: ReadonlyMap<string, string | null>,
): Pick<PanelExpr, "asked" | "unknown"> {
  let unknown: string | null = null;
  const asked = expr.replaceAll(
    /\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$(\w+)/g,
    (whole, braced?: string, squared?: string, bare?: string) => {
      const name = braced ?? squared ?? bare ?? "";
      const value = Object.hasOwn(builtIn, name) ? builtIn[name] : variables.get(name);
      if (value === undefined || value === null) unknown ??= name;
      return value ?? whole;
    },
  );
  return unknown === null ? { asked, unknown } : { asked: null, unknown };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
