import type { Contract } from "@holdfast/contract";
import {
  type AlertSettings,
  alertSettingsDefault,
  contractObjectives,
  contractSubjects,
  generateAlerts,
  generateDashboards,
  type RuleText,
  serviceName,
} from "@holdfast/operate";

/** What Holdfast would write for a contract, or why it cannot. */
export type GeneratedOperations =
  | { readonly rules: readonly RuleText[]; readonly dashboards: readonly RuleText[] }
  | { readonly problem: string };

/** Settings that fit what the service exports: our own metrics where it has them, else those of any client of HTTP. */
export function settingsFor(contract: Contract, metrics: ReadonlySet<string>): AlertSettings {
  const ours = metrics.has("holdfast_resilience_calls_total");
  const standard = metrics.has("http_client_request_duration_seconds_count");
  // Standard metrics know a provider by its address, and here that is the proxy's: of one provider alone it can be told.
  const [only, ...others] = contract.integrations;
  if (ours || !standard || only === undefined || others.length > 0) return alertSettingsDefault;
  return { ...alertSettingsDefault, calls: "otel", addresses: { [only.name]: "127.0.0.1" } };
}

/** The rules and dashboards that `holdfast generate` writes for this contract. */
export function generatedOperations(contract: Contract, settings: AlertSettings): GeneratedOperations {
  const read = contractObjectives(contract, settings);
  const { gate, burnMin } = settings;
  const alerts = generateAlerts(read, { gate, burnMin, tests: false });
  if ("problems" in alerts) {
    const [first] = alerts.problems;
    return { problem: `${first?.path.join(".")}: ${first?.expected}. ${first?.remedy}` };
  }
  const boards = generateDashboards(serviceName(contract), contractSubjects(contract, settings));
  return {
    rules: alerts.files
      .filter(({ kind }) => kind === "rules")
      .map(({ path, text }) => ({ path: `ops/alerts/${path}`, text })),
    dashboards: boards.files.map(({ path, text }) => ({ path: `ops/dashboards/${path}`, text })),
  };
}
