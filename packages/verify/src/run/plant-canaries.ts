import { randomBytes } from "node:crypto";
import { type Contract, render, secretName } from "@holdfast/contract";
import type { Random } from "@holdfast/core";
import type { CanaryRecord, LeakRecord } from "../model.ts";
import { type Canary, searched, testCardNumber } from "./canaries.ts";
import type { PlantedCanaries } from "./run-context.ts";

const templateNames = /(?<!\$)\$\{/;

/** Values of the contract that must not come out: those it read, and those it gives to variables named like secrets. */
export function secretsOf(contract: Contract): string[] {
  const declared = Object.entries(contract.service?.env ?? {})
    .filter(([name, template]) => secretName.test(name) && !templateNames.test(template))
    .map(([, value]) => value);
  return [...new Set([...contract.secrets, ...declared])].filter((value) => value !== "");
}

/** Fresh secrets for a run, and the list of all that its logs are searched for. */
export function plantCanaries(contract: Contract, random: Random): PlantedCanaries {
  const fresh = (): string => `hfcanary${randomBytes(9).toString("hex")}`;
  const [authorization, cookie, environment] = [fresh(), fresh(), fresh()];
  const card = testCardNumber(random);
  const canaries: Canary[] = [
    { kind: "authorization", value: authorization },
    { kind: "cookie", value: cookie },
    { kind: "card", value: card },
    { kind: "environment", value: environment },
    ...ownHeaders(contract),
  ];
  const known = new Set(canaries.map(({ value }) => value));
  for (const value of secretsOf(contract))
    if (!known.has(value)) canaries.push({ kind: "configured-secret", value });
  return {
    authorization: `Bearer ${authorization}`,
    cookie: `session=${cookie}`,
    card,
    environment,
    searched: canaries.map(searched),
  };
}

/** A scenario that sends its own authorization or cookie makes that value the canary. */
function ownHeaders(contract: Contract): Canary[] {
  return contract.scenarios.flatMap(({ act }) =>
    act.kind === "http" ? Object.entries(act.headers).flatMap(([name, value]) => ownHeader(name, value)) : [],
  );
}

function ownHeader(name: string, template: string): Canary[] {
  // A value that is another one for each call is no secret of the service.
  if (templateNames.test(template)) return [];
  const value = render(template, {});
  if (/^authorization$/i.test(name))
    return [{ kind: "authorization", value: value.split(" ").at(-1) ?? value }];
  if (/^cookie$/i.test(name)) return [{ kind: "cookie", value: value.slice(value.indexOf("=") + 1) }];
  return [];
}

/** How often each canary was planted, from the calls that were driven and the instances that were started. */
export function plantedIn(
  contract: Contract,
  calls: ReadonlyMap<string, number>,
  instances: number,
): CanaryRecord[] {
  const planted = new Map<LeakRecord["canary"], number>();
  const plant = (canary: LeakRecord["canary"], times: number): void => {
    planted.set(canary, (planted.get(canary) ?? 0) + times);
  };
  for (const { name, act } of contract.scenarios) {
    const times = calls.get(name) ?? 0;
    if (act.kind === "http") {
      plant("authorization", times);
      plant("cookie", times);
    }
    if (JSON.stringify(act).includes("${canary.card}")) plant("card", times);
  }
  plant("environment", instances);
  if (secretsOf(contract).length > 0) plant("configured-secret", instances);
  return [...planted]
    .filter(([, times]) => times > 0)
    .map(([canary, times]) => ({ type: "canary", canary, planted: times }));
}
