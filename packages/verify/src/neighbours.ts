import type { HttpIntegration } from "@holdfast/contract";
import type { Target } from "./model.ts";

/** What a service can be asked for that does without the operation of a target. */
export interface Neighbour extends Target {
  /** Whether it needs another operation of the same provider; else it does without that provider. */
  readonly sameProvider: boolean;
}

/**
 * Other scenarios of the same service that can be asked beside a target: at most one that does without its provider, and one that uses
 * another operation of it. Of several the one that uses least.
 */
export function neighboursOf(target: Target): readonly Neighbour[] {
  const { contract, scenario } = target;
  if (scenario.act.kind !== "http") return [];
  const found = contract.scenarios
    .filter((one) => one.name !== scenario.name && one.act.kind === "http")
    .toSorted((one, other) => one.uses.length - other.uses.length)
    .flatMap((one) => neighbourIn(target, one));
  return [false, true].flatMap((same) => found.filter((one) => one.sameProvider === same).slice(0, 1));
}

function neighbourIn(target: Target, scenario: Target["scenario"]): Neighbour[] {
  const { contract, integration, operation } = target;
  const used = scenario.uses.flatMap((use) => {
    const found = contract.integrations.find(({ name }) => name === use.integration);
    const own = found?.operations.find(({ name }) => name === use.operation);
    return found === undefined || own === undefined ? [] : [{ integration: found, operation: own }];
  });
  if (
    used.some((one) => one.integration.name === integration.name && one.operation.name === operation.name)
  ) {
    return [];
  }
  const shared = used.find((one) => isSameProvider(one.integration, integration));
  const watched = shared ?? used[0];
  return watched === undefined
    ? []
    : [{ contract, scenario, ...watched, sameProvider: shared !== undefined }];
}

/** Two integrations of one host fail together, whatever the service does. */
function isSameProvider(one: HttpIntegration, other: HttpIntegration): boolean {
  if (one.name === other.name) return true;
  const [a, b] = [one.provider, other.provider];
  return a.kind === "url" && b.kind === "url" && new URL(a.url).host === new URL(b.url).host;
}

/** What a neighbour is called in reports. */
export function neighbourName({ integration, operation }: Target): string {
  return `${integration.name}.${operation.name}`;
}

/** Why a target has no neighbour, when it has none. */
export function whyNoNeighbour({ scenario, contract }: Target): string {
  if (scenario.act.kind !== "http")
    return "what is asked for is a process of its own and shares nothing with others";
  return contract.scenarios.length < 2
    ? "the contract has one scenario, so nothing else can be asked of the service meanwhile"
    : "every other scenario of the contract uses this operation, or no provider that is known";
}
