import { policyDefaults } from "@holdfast/core";
import type { Target } from "./model.ts";

/** What the contract says about the circuit breaker, with the runtime's defaults for what a declared one leaves out. */
export interface BreakerFacts {
  readonly declared: boolean;
  readonly windowMs: number;
  /** Where calls are counted by number: how many; else `null`. */
  readonly windowCalls: number | null;
  readonly minCalls: number;
  readonly failureRate: number;
  /** Opens after so many failures in a row; `null` when not declared. */
  readonly consecutive: number | null;
  /** How long it stays open the first time at least, and at most. */
  readonly openMs: number;
  readonly openMaxMs: number;
  /** Whether the contract itself says how long it stays open. */
  readonly openDeclared: boolean;
  /** How many calls may probe at a time; `null` when not declared. */
  readonly probes: number | null;
}

/** The breaker of a target, or why nothing can be asked of one. */
export function breakerOf(target: Target): BreakerFacts | { readonly notApplicable: string } {
  const { breaker } = target.integration.policy;
  if (breaker?.mode === "off" || breaker?.mode === "shadow") {
    return {
      notApplicable: `the contract declares a breaker in mode ${breaker.mode}, which refuses nothing`,
    };
  }
  const why = breaker === undefined ? whyNoLoad(target) : null;
  return why === null ? breakerFacts(target) : { notApplicable: `no breaker is declared, and ${why}` };
}

/** What is known of the breaker, one that refuses nothing counting as none. */
export function breakerFacts({ integration }: Target): BreakerFacts {
  const { breaker } = integration.policy;
  const standard = policyDefaults.breaker;
  const openMs = breaker?.open?.baseMs ?? standard.open.baseMs;
  const minCalls = breaker?.minCalls ?? standard.minCalls;
  return {
    declared: breaker !== undefined && (breaker.mode ?? "on") === "on",
    windowMs: breaker?.windowMs ?? standard.windowMs,
    windowCalls: breaker?.windowCalls ?? null,
    minCalls: Math.min(minCalls, breaker?.windowCalls ?? minCalls),
    failureRate: breaker?.failureRate ?? standard.failureRate,
    consecutive: breaker?.consecutive ?? null,
    openMs,
    openMaxMs: openMs * (1 + (breaker?.open?.jitter ?? standard.open.jitter)),
    openDeclared: breaker?.open?.baseMs !== undefined,
    probes: breaker?.probes ?? null,
  };
}

/** Why a target is not put under load when nothing that asks for it is declared; `null`: it is. */
export function whyNoLoad({ scenario, contract }: Target): string | null {
  if (scenario.act.kind === "exec") {
    return "a command per call ends with its call: nothing in it remembers the calls before";
  }
  const { service } = contract;
  if (service !== null && service.start === null && scenario.act.kind === "http") {
    return "a service that Holdfast did not start is not put under load unasked";
  }
  return null;
}
