import type { HttpIntegration } from "@holdfast/contract";
import type { FaultProgram, FaultSpec } from "@holdfast/faults";

/** Faults under which the provider never hears of the attempt: a call reaches it at most as often as a healthy one. */
const neverDelivered = new Set([
  "status",
  "hang",
  "reset",
  "close",
  "refuse",
  "truncate",
  "black-hole",
  "malformed",
  "redirect",
  "quota",
  "outage",
  "gather",
]);

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
  /** Whether its samples are one call each and not several requests. */
  oneCall: boolean = true,
): string | null {
  if (isFree(integration, allowedHosts) || (oneCall && !reachesProviderMore(program))) return null;
  const { provider } = integration;
  if (provider.kind === "stub") return null;
  const { host } = new URL(provider.url);
  return `${host} is a real provider: this experiment would reach it more often than a healthy call, which needs \`sandbox: true\` in the contract and \`--allow-host ${host}\``;
}
