import type { Contract } from "@holdfast/contract";
import { CodedError, nearest } from "@holdfast/core";
import { type AlertSettings, type CallFamily, familyOf } from "@holdfast/operate";
import { exportedIn, isAddressed } from "@holdfast/verify";
import { alertSettings } from "./alert-settings.ts";
import type { Io } from "./command.ts";
import type { GenerateGiven } from "./generate-options.ts";
import { openRun } from "./system-run-folder.ts";
import { ruleMetrics } from "./system-runbooks.ts";

/** By what the calls of a service are taken to be counted, and why. */
export interface MetricChoice {
  readonly settings: AlertSettings;
  readonly family: CallFamily;
  /** One line: the metrics, and who says so. */
  readonly says: string;
}

/** Names of metrics that something tells of. */
export interface Exported {
  /** Who tells: `run 2026-11-28T…`. */
  readonly by: string;
  readonly names: readonly string[];
}

/** What the command line says, else what a run saw, else what the rules of the contract read, else Holdfast's own. */
export async function metricChoice(
  given: GenerateGiven,
  contract: Contract,
  io: Io,
  seen?: Exported | null,
): Promise<MetricChoice> {
  const settings = alertSettings(given);
  refuseStrangers(contract, settings);
  const asked = given.metrics.some((name) => name === "otel" || name === "resilience");
  if (asked) return choice(settings, { kind: settings.calls }, "as --metrics says");
  const addressed = contract.integrations.every(
    (one) => isAddressed(one) || settings.addresses[one.name] !== undefined,
  );
  const sources = [
    seen === undefined ? await ofRun(given.run, contract, io) : seen,
    { by: "the rules of the contract", names: ruleMetrics(contract.operations) },
  ];
  const told = sources.find((one) => one !== null && one.names.length > 0);
  if (told === undefined || told === null)
    return choice(settings, { kind: "resilience" }, `assumed: ${whyAssumed(sources[0] ?? null)}`);
  const family = familyOf(told.names, addressed);
  const verb = told.by.startsWith("run ") ? "exported" : "read";
  return choice(
    { ...settings, calls: family.kind === "otel" ? "otel" : "resilience" },
    family,
    `as ${told.by} ${verb} them`,
  );
}

/** The names that a run saw exported; `null` where none is named. */
async function ofRun(run: string | undefined, contract: Contract, io: Io): Promise<Exported | null> {
  if (run === undefined) return null;
  const { stored } = await openRun(run, contract.file, io);
  return { by: `run ${stored.run.run}`, names: exportedIn(stored.observations) };
}

function whyAssumed(run: Exported | null): string {
  if (run === null) return "--metrics or --run tells";
  return `${run.by} read none (service.metrics)`;
}

function choice(settings: AlertSettings, family: CallFamily, why: string): MetricChoice {
  return { settings, family, says: `Metrics of calls: ${nameOf(family)}, ${why}` };
}

function nameOf(family: CallFamily): string {
  switch (family.kind) {
    case "resilience":
      return "holdfast_resilience_*";
    case "otel":
      return "http_client_request_duration_seconds";
    case "plain":
      return `${family.metric.count}, which does not tell providers apart`;
    case "none":
      return "none that is known";
  }
}

/** What people read of a choice. Rules and dashboards are written on Holdfast's metrics where the service was seen to export none that fit. */
export function metricLines({ says, family }: MetricChoice): readonly string[] {
  if (family.kind === "resilience" || family.kind === "otel") return [says];
  return [
    says,
    "note: rules and dashboards need others, and are written on holdfast_resilience_*: they find",
    "  nothing until the service exports those, or OpenTelemetry's of its HTTP client (--address)",
  ];
}

/** An address for an integration that there is not would be forgotten silently. */
function refuseStrangers(contract: Contract, { addresses }: AlertSettings): void {
  const names = contract.integrations.map(({ name }) => name);
  const stranger = Object.keys(addresses).find((name) => !names.includes(name));
  if (stranger === undefined) return;
  const near = nearest(stranger, names);
  throw new CodedError("USAGE", `--address ${stranger}=…: there is no integration "${stranger}" over HTTP`, {
    remedy: near === undefined ? `The contract has ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}
