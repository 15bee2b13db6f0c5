import type { Contract, ContractProblem, HttpIntegration } from "@holdfast/contract";
import type { ModeSubject } from "./alerts/mode-subject.ts";
import { httpClient, resilience } from "./metrics/catalogue.ts";
import { equal, literal, type Matcher } from "./metrics/selector.ts";
import type { AlertSettings } from "./settings.ts";
import type { Whose } from "./slo/objective.ts";

/** The name of a contract's service; modules without a service are told by their integrations alone. */
export function serviceName({ service }: Contract): string {
  return service?.name ?? "unnamed";
}

/** What picks out the series of the service: those of the job, as a scrape by name and OpenTelemetry (`namespace/name`) set it. */
export function serviceMatchers({ service }: Contract, { match }: AlertSettings): readonly Matcher[] {
  if (match !== null) return match;
  if (service === null) return [];
  return [{ label: "job", is: "=~", value: `(.+/)?${literal(service.name)}` }];
}

/** An integration as its metrics know it, or why they cannot. */
export function subjectOf(
  contract: Contract,
  integration: HttpIntegration,
  settings: AlertSettings,
): { readonly subject: ModeSubject } | { readonly problem: ContractProblem } {
  const { name } = integration;
  const shared = {
    ...whoseOf(contract, integration),
    runbook: runbookOf(integration, settings),
    policy: integration.policy,
  };
  const job = serviceMatchers(contract, settings);
  if (settings.calls === "resilience") {
    const matchers = [policyMatcher(integration), ...job];
    return { subject: { ...shared, source: "resilience", matchers } };
  }
  const host = settings.addresses[name] ?? hostOf(integration);
  if (host !== null) {
    const matchers = [equal(httpClient.label.address, host), ...job];
    return { subject: { ...shared, source: "otel", matchers } };
  }
  const path = ["integrations", name];
  return {
    problem: {
      code: "SLO_ADDRESS_UNKNOWN",
      path,
      place: contract.at(path),
      found: "no address that production uses",
      expected: "the host of the provider: standard metrics tell providers apart by it",
      remedy: `Pass --address ${name}=HOST, such as ${name}=api.example.com.`,
    },
  };
}

/** Policies are named after their integration, alone or with an operation: `payments`, `payments.charge`. */
function policyMatcher({ name, policy }: HttpIntegration): Matcher {
  const { policy: label } = resilience.label;
  if (policy.name !== undefined) return equal(label, policy.name);
  return { label, is: "=~", value: `${literal(name)}(\\..+)?` };
}

/** Whose everything about an integration is. */
export function whoseOf(contract: Contract, integration: HttpIntegration): Whose {
  return {
    service: serviceName(contract),
    integration: integration.name,
    provider: hostOf(integration) ?? integration.name,
  };
}

function runbookOf({ runbook }: HttpIntegration, { runbookBase }: AlertSettings): string | null {
  if (runbook === null) return null;
  if (runbookBase === null || /^https?:\/\//.test(runbook.written)) return runbook.written;
  return `${runbookBase.replace(/\/$/, "")}/${runbook.written.replace(/^(\.?\/)+/, "")}`;
}

/** The host of a provider that is declared by its URL; one on this machine is no address of production. */
function hostOf({ provider }: HttpIntegration): string | null {
  if (provider.kind !== "url" || !URL.canParse(provider.url)) return null;
  const { hostname } = new URL(provider.url);
  return /^(localhost|127\..*|\[::1\]|0\.0\.0\.0)$/.test(hostname) ? null : hostname;
}
