import type { Contract, Scenario } from "@holdfast/contract";

/** Counts what may still be delivered to providers with a declared `maxCalls`. */
export interface CallCaps {
  /** Reserves what a call of the scenario may deliver; answers why it may not be made, or `null`. */
  reserve(scenario: Scenario): string | null;
  /** A request was delivered to the provider of this integration. */
  delivered(integration: string): void;
}

/** Caps for a run. A call reserves as many deliveries as one call of its scenario was seen to make at most so far. */
export function callCaps(contract: Contract): CallCaps {
  const caps = new Map<string, number>();
  for (const { name, provider } of contract.integrations) {
    if (provider.kind === "url" && provider.maxCalls !== null) caps.set(name, provider.maxCalls);
  }
  const used = new Map<string, number>();
  const reserved = new Map<string, number>();
  const count = (of: Map<string, number>, name: string): number => of.get(name) ?? 0;
  return {
    reserve: (scenario) => {
      const names = [...new Set(scenario.uses.map((use) => use.integration))].filter((name) =>
        caps.has(name),
      );
      const spent = names.find(
        (name) => Math.max(count(used, name), count(reserved, name)) + 1 > (caps.get(name) ?? 0),
      );
      if (spent !== undefined) return `\`maxCalls: ${caps.get(spent)}\` of ${spent} is used up`;
      for (const name of names) reserved.set(name, Math.max(count(used, name), count(reserved, name)) + 1);
      return null;
    },
    delivered: (integration) => {
      used.set(integration, count(used, integration) + 1);
    },
  };
}
