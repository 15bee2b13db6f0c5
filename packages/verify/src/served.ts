import type { Contract, HttpAct, RequestPattern, Scenario, Serves } from "@holdfast/contract";
import { isSafe } from "./attempts.ts";
import { say } from "./judgement.ts";
import type { Evidence, Judgement, ObservedCall, Target } from "./model.ts";
import { median } from "./stats.ts";

/** What the service commits to its own callers, and the scenario that stands for one of them. */
export interface Served {
  readonly serves: Serves;
  readonly act: HttpAct;
}

/** An operation that the service serves under a key by which its callers mark what they send again. */
export interface KeyedServed extends Served {
  /** A header (lower case) or a JSON pointer into the body. */
  readonly key: string;
}

interface NotApplicable {
  readonly notApplicable: string;
}

/** The entry of `service.serves` that a target's scenario asks for, or why there is nothing to judge here. */
export function servedBy(target: Target): Served | NotApplicable {
  const { contract, scenario } = target;
  const { act } = scenario;
  if (act.kind !== "http")
    return { notApplicable: `the scenario ${scenario.name} asks nothing of the service over HTTP` };
  const serves = entryOf(contract, scenario);
  const asked = `${act.request.method} ${act.request.path}`;
  if (serves === null) return { notApplicable: `\`service.serves\` declares nothing about ${asked}` };
  if (contract.service?.url?.startsWith("https:"))
    return { notApplicable: `${contract.service.url} is not plain HTTP` };
  const elsewhere = firstOf(contract, serves);
  if (elsewhere !== null && !isAt(target, elsewhere)) {
    return { notApplicable: `\`serves.${serves.name}\` is judged once, at ${placeText(elsewhere)}` };
  }
  return { serves, act };
}

/** The same for an entry that declares an idempotency key. */
export function keyedServed(target: Target): KeyedServed | NotApplicable {
  const served = servedBy(target);
  if ("notApplicable" in served) return served;
  const { serves, act } = served;
  if (serves.idempotencyKey === null) {
    return { notApplicable: `\`serves.${serves.name}\` declares no idempotency key` };
  }
  if (isSafe(act.request.method)) return { notApplicable: `${act.request.method} asks for no effect` };
  return { serves, act, key: serves.idempotencyKey };
}

/** The entry by which reports name the target, where a check applies. */
export function servedName(target: Target): string | null {
  const served = servedBy(target);
  return "notApplicable" in served ? null : served.serves.name;
}

/** Where the key of a served operation stands in the contract, or should. */
export function servedKeyPath(target: Target): readonly string[] {
  const serves = entryOf(target.contract, target.scenario);
  return serves === null ? ["service", "serves"] : ["service", "serves", serves.name, "idempotency", "key"];
}

/** Where a served operation stands in the contract, or should. */
export function servedPath(target: Target): readonly string[] {
  const serves = entryOf(target.contract, target.scenario);
  return serves === null ? ["service", "serves"] : ["service", "serves", serves.name];
}

/** The entry of `service.serves` whose request a scenario makes. */
export function entryOf({ service }: Contract, { act }: Scenario): Serves | null {
  if (act.kind !== "http") return null;
  const { method, path } = act.request;
  return service?.serves.find(({ request }) => request.method === method && fits(request, path)) ?? null;
}

function fits(pattern: RequestPattern, path: string): boolean {
  const wanted = pattern.path.split("/");
  const given = (path.split("?")[0] ?? "").split("/");
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith(":") || part === given[at])
  );
}

interface Place {
  readonly scenario: string;
  readonly integration: string;
  readonly operation: string;
}

/** The first operation used by the first scenario that asks for the entry: it is judged there and nowhere else. */
function firstOf(contract: Contract, serves: Serves): Place | null {
  const scenario = contract.scenarios.find((one) => one.uses.length > 0 && entryOf(contract, one) === serves);
  const use = scenario?.uses[0];
  return scenario === undefined || use === undefined ? null : { scenario: scenario.name, ...use };
}

function isAt({ scenario, integration, operation }: Target, place: Place): boolean {
  return (
    scenario.name === place.scenario &&
    integration.name === place.integration &&
    operation.name === place.operation
  );
}

function placeText({ scenario, integration, operation }: Place): string {
  return `${integration}.${operation} in ${scenario}`;
}

/**
 * The effects of a call from `fromMs` on: those that the scenario declares where it declares any, else all executions of requests
 * that are not safe. What a provider recognised as a repetition is none.
 */
export function effectsIn(
  call: ObservedCall,
  { scenario }: Target,
  fromMs: number = Number.NEGATIVE_INFINITY,
): number {
  const changing = new Set(call.attempts.filter((one) => !isSafe(one.request.method)).map(({ id }) => id));
  const own = call.effects.filter((one) => changing.has(one.exchange));
  const isDeclared = (one: ObservedCall["effects"][number]): boolean =>
    scenario.effects.length === 0 ||
    scenario.effects.some(
      (probe) => probe.integration === one.integration && probe.operation === one.operation,
    );
  return [...own, ...call.otherEffects].filter(
    (one) => !one.deduplicated && one.atMs >= fromMs && isDeclared(one),
  ).length;
}

/** Effects of a healthy call; 0 where none can be counted. */
export function usualEffects({ healthy }: Evidence, target: Target): number {
  const counts = healthy
    .filter((call) => call.outcome === "succeeded")
    .map((call) => effectsIn(call, target));
  return counts.length === 0 ? 0 : Math.round(median(counts));
}

/** What there is to say where the scenario has no effect that could be counted; `after` is what was seen all the same. */
export function uncountable(calls: readonly ObservedCall[], after = ""): Judgement {
  const why = "no effect of this scenario can be counted: its requests to providers only read";
  return say("inconclusive", after === "" ? why : `${after}, but ${why}`, calls);
}
