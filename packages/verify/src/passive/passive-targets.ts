import type { Contract, HttpIntegration, Operation, Scenario } from "@holdfast/contract";
import type { RequestSeen } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { targets } from "../plan.ts";
import { fits, shapeOf } from "./path-shape.ts";

/** Says what a request is: one of the service's own callers, an attempt at a target, or a stranger. */
export interface Sorting {
  readonly targets: readonly Target[];
  of(
    request: RequestSeen,
  ): { readonly side: "in" } | { readonly side: "out"; readonly target: Target } | null;
  /** The targets that a request of a caller is expected to use; `null` where nobody said so. */
  usedBy(request: RequestSeen): readonly Target[] | null;
  /** The target that a log means by these names. */
  named(peer: string | null, operation: string | null): Target | null;
}

/** Sorts by the operations and routes of a contract. */
export function byContract(contract: Contract): Sorting {
  const all = uniqueTargets(contract);
  const acts = contract.scenarios.flatMap((scenario) =>
    scenario.act.kind === "http" ? [{ scenario, request: scenario.act.request }] : [],
  );
  const served = contract.service?.serves.map(({ request }) => request) ?? [];
  const isIn = ({ method, target }: RequestSeen): boolean =>
    served.some((one) => fits(one, method, target)) ||
    acts.some(({ request }) => fits(request, method, target));
  const targetOf = (request: RequestSeen): Target | null =>
    all.find(
      ({ operation }) =>
        operation.request !== null && fits(operation.request, request.method, request.target),
    ) ??
    all.find(({ operation }) => operation.request === null) ??
    null;
  return {
    targets: all,
    of(request) {
      if (isOfAnother(request, contract)) return null;
      if (request.side !== "out" && isIn(request)) return { side: "in" };
      const target = request.side === "in" ? null : targetOf(request);
      return target === null ? null : { side: "out", target };
    },
    usedBy({ method, target }) {
      const used = acts.filter(({ request }) => fits(request, method, target));
      if (used.length === 0) return null;
      return all.filter((one) => used.some(({ scenario }) => uses(scenario, one)));
    },
    named: (peer, operation) => namedIn(all, peer, operation),
  };
}

function isOfAnother({ service }: RequestSeen, contract: Contract): boolean {
  return service !== null && contract.service !== null && service !== contract.service.name;
}

function uses({ uses: used }: Scenario, { integration, operation }: Target): boolean {
  return used.some((one) => one.integration === integration.name && one.operation === operation.name);
}

/** Each operation once, in the first scenario that uses it: traffic does not say for which scenario it was made. */
function uniqueTargets(contract: Contract): Target[] {
  const byPlace = new Map<string, Target>();
  for (const target of targets(contract)) {
    const place = `${target.integration.name}.${target.operation.name}`;
    if (!byPlace.has(place)) byPlace.set(place, target);
  }
  return [...byPlace.values()];
}

function namedIn(all: readonly Target[], peer: string | null, operation: string | null): Target | null {
  const ofPeer = all.filter(({ integration }) => peer === null || integration.name === peer);
  const ofBoth = ofPeer.filter((one) => operation === null || one.operation.name === operation);
  return ofBoth.length === 1 ? (ofBoth[0] ?? null) : null;
}

const targetsMax = 50;

/** Sorts by whom was asked and by the shape of the path, where no contract says more: nothing is declared then. */
export function byShape(): Sorting {
  const known = new Map<string, Target>();
  return {
    get targets() {
      return [...known.values()];
    },
    of(request) {
      if (request.side === "in") return { side: "in" };
      const { method, target, peer } = request;
      const key = `${peer ?? "unknown"} ${method} ${shapeOf(target)}`;
      const before = known.get(key);
      if (before !== undefined) return { side: "out", target: before };
      if (known.size >= targetsMax) return null;
      const fresh = undeclared(peer ?? "unknown", method, shapeOf(target));
      known.set(key, fresh);
      return { side: "out", target: fresh };
    },
    usedBy: () => null,
    named: () => null,
  };
}

function undeclared(peer: string, method: string, path: string): Target {
  const operation: Operation = {
    name: `${method} ${path}`,
    request: { method, path },
    idempotencyKey: null,
    effectKey: null,
    answer: { status: 200, headers: {}, body: "" },
    errors: {},
    compensates: null,
  };
  const integration: HttpIntegration = {
    name: peer,
    protocol: "http",
    provider: { kind: "stub" },
    address: { kind: "template" },
    tls: false,
    operations: [operation],
    policy: {},
    layer: "library",
    severity: "medium",
    slo: null,
    runbook: null,
  };
  const scenario: Scenario = {
    name: "traffic",
    act: { kind: "http", request: { method: "GET", path: "/" }, headers: {}, body: null },
    expect: null,
    uses: [{ integration: peer, operation: operation.name }],
    effects: [],
  };
  return { contract: contractOf(integration, scenario), scenario, integration, operation };
}

function contractOf(integration: HttpIntegration, scenario: Scenario): Contract {
  return {
    file: "",
    folder: "",
    digest: "",
    service: null,
    integrations: [integration],
    scenarios: [scenario],
    accept: [],
    notBuilt: [],
    passThrough: [],
    operations: null,
    warnings: [],
    secrets: [],
    at: () => ({ line: 1, column: 1 }),
    declares: () => false,
  };
}
