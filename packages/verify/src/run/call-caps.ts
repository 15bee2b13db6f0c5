import type { Contract, HttpIntegration, Scenario } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import type { ExchangeRecord } from "@holdfast/faults";

/** Attempts that a call may make when the contract does not say. */
const attemptsUnknown = 5;

/** Keeps what is delivered to providers with a declared `maxCalls` within it. */
export interface CallCaps {
  /** Why a call of the scenario may not be made, or `null`. */
  refuses(scenario: Scenario, faulty: boolean): string | null;
  /** Sets aside what a call of so many requests (1 by default) may deliver; what it answers is told what the call did deliver. */
  reserve(
    scenario: Scenario,
    faulty: boolean,
    requests?: number,
  ): (exchanges: readonly ExchangeRecord[]) => void;
}

/**
 * Caps for a run. A call sets aside one delivery per operation that it uses, and under a fault as many as its policy has
 * attempts, until it is known how many it made.
 */
export function callCaps(contract: Contract): CallCaps {
  const capped = contract.integrations.filter(({ provider }) => capOf(provider) !== null);
  const spent = new Map<string, number>();
  const setAside = (integration: HttpIntegration, by: number): void => {
    spent.set(integration.name, (spent.get(integration.name) ?? 0) + by);
  };

  function refuses(scenario: Scenario, faulty: boolean, requests: number): string | null {
    const full = capped.find((integration) => {
      const wanted =
        (spent.get(integration.name) ?? 0) + requests * mayDeliver(integration, scenario, faulty);
      return wanted > (capOf(integration.provider) ?? Number.POSITIVE_INFINITY);
    });
    return full === undefined
      ? null
      : `\`maxCalls: ${capOf(full.provider)}\` of ${full.name} was used up: raise it`;
  }

  return {
    refuses: (scenario, faulty) => refuses(scenario, faulty, 1),
    reserve: (scenario, faulty, requests = 1) => {
      const because = refuses(scenario, faulty, requests);
      if (because !== null) throw capReached(because);
      const most = (integration: HttpIntegration) => requests * mayDeliver(integration, scenario, faulty);
      for (const integration of capped) setAside(integration, most(integration));
      return (exchanges) => {
        for (const integration of capped) {
          const own = exchanges.filter((one) => one.integration === integration.name && one.delivered);
          setAside(integration, own.length - most(integration));
        }
      };
    },
  };
}

function capOf(provider: HttpIntegration["provider"]): number | null {
  return provider.kind === "url" ? provider.maxCalls : null;
}

function mayDeliver(integration: HttpIntegration, scenario: Scenario, faulty: boolean): number {
  const uses = scenario.uses.filter((use) => use.integration === integration.name).length;
  return uses * (faulty ? (integration.policy.retry?.attempts ?? attemptsUnknown) : 1);
}

function capReached(because: string): CodedError {
  return new CodedError("CALL_CAP_REACHED", `No further call may be made: ${because}.`, {
    remedy: "Raise `provider.maxCalls` in the contract, or ask for fewer checks with --only.",
  });
}
