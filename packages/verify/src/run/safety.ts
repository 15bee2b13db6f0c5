import type { HttpIntegration } from "@holdfast/contract";
import type { FaultProgram, FaultSpec } from "@holdfast/faults";
import type { ExperimentSpec } from "../model.ts";

/** Faults under which the provider never hears of the attempt: a call reaches it at most as often as a healthy one. */
const neverDelivered = new Set([
  "status",
  "hang",
  "reset",
  "close",
  "refuse",
  "truncate",
  "black-hole",
  "tls-hang",
  // Who takes the certificate is served once, as without the fault.
  "bad-certificate",
  "malformed",
  "redirect",
  "quota",
  "outage",
  "gather",
]);

/** Procedures whose calls each reach the providers as one call under the program does, however many calls a sample has. */
const callByCall: ReadonlySet<string> = new Set(["one-call", "strange-id", "step-per-call"]);

/** Whether the program alone says how often a provider is reached, beyond healthy calls. */
export function isCallByCall({ procedure }: Pick<ExperimentSpec, "procedure">): boolean {
  return procedure === undefined || callByCall.has(procedure.kind);
}

/** What a program may do to a provider that is not the stub. */
export function reachesProviderMore(program: FaultProgram): boolean {
  return program.steps.some(({ fault }) => fault !== null && isDelivered(fault));
}

function isDelivered(fault: FaultSpec): boolean {
  if (fault.kind === "drip") return fault["of"] === "provider";
  return !neverDelivered.has(fault.kind);
}

/** Whether everything may be sent to the provider: the stub, loopback, or a sandbox that was allowed by name. */
export function isFree(integration: HttpIntegration, allowedHosts: readonly string[]): boolean {
  const { provider } = integration;
  if (provider.kind === "stub") return true;
  const { hostname, host } = new URL(provider.url);
  if (isLoopback(hostname)) return true;
  return provider.sandbox && allowedHosts.some((allowed) => allowed === hostname || allowed === host);
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** Why an experiment may not be made on this provider, or `null`. */
export function whyNotSafe(
  integration: HttpIntegration,
  program: FaultProgram,
  allowedHosts: readonly string[],
  /** Whether its samples are calls under the program, and not requests that are made in a way of their own. */
  calls: boolean = true,
): string | null {
  if (isFree(integration, allowedHosts) || (calls && !reachesProviderMore(program))) return null;
  const { provider } = integration;
  if (provider.kind === "stub") return null;
  const { host } = new URL(provider.url);
  return `${host} is a real provider: this experiment would reach it more often than a healthy call, which needs \`sandbox: true\` in the contract and \`--allow-host ${host}\``;
}
