import { formatDuration, type Path, policyNotes } from "@holdfast/core";
import type { Contract, Scenario, Serves, Service } from "./model.ts";
import { templatesOf } from "./templates.ts";

/** A warning whose place is not known yet. */
export interface Unplaced {
  readonly path: Path;
  readonly says: string;
  readonly remedy: string;
}

type Parts = Pick<Contract, "service" | "integrations" | "scenarios" | "accept">;

/** What is not wrong but hardly meant. */
export function warningsOf(contract: Parts, declaredScenarios: readonly string[]): readonly Unplaced[] {
  return [
    ...serviceWarnings(contract.service),
    ...addressWarnings(contract),
    ...scenarioWarnings(contract, declaredScenarios),
    ...contract.integrations.flatMap(({ name, policy }) =>
      policyNotes(policy).map(({ path, note }) => ({
        path: ["integrations", name, "policy", ...path],
        says: note,
        remedy: "Raise the deadline, or lower attempts, attemptTimeout or the waits.",
      })),
    ),
    ...deadlineWarnings(contract),
    ...acceptWarnings(contract),
  ];
}

function serviceWarnings(service: Service | null): readonly Unplaced[] {
  if (service?.url === null && service.metrics !== null) {
    const says = "There is no url at which its metrics could be read.";
    const remedy = "Add url: http://127.0.0.1:${port}, or remove metrics.";
    return [{ path: ["service", "metrics"], says, remedy }];
  }
  if (service === null || service.start === null || service.url === null) return [];
  if (!templatesOf(service.url).includes("port")) {
    return [
      {
        path: ["service", "url"],
        says: "The port is fixed, so that only one instance can run at a time.",
        remedy: "Write http://127.0.0.1:${port}, and pass ${port} to the service in env or start.",
      },
    ];
  }
  const told = [...Object.values(service.env), ...service.start, ...(service.prepare ?? [])];
  if (told.some((text) => templatesOf(text).includes("port"))) return [];
  return [
    {
      path: ["service", "url"],
      says: "Nothing tells the service which ${port} to listen on.",
      remedy: 'Add env: { PORT: "${port}" }, or pass ${port} as an argument of start.',
    },
  ];
}

/** A service that runs already has its environment: only a port that it knows leads it to the proxy. */
function addressWarnings({ service, integrations }: Parts): readonly Unplaced[] {
  if (service === null || service.start !== null) return [];
  return integrations
    .filter(({ address }) => address.kind === "env")
    .map(({ name }) => ({
      path: ["integrations", name, "address"],
      says: `The service runs already, so that a variable cannot tell it where ${name} is.`,
      remedy: "Add start, or write address: { listen: port } with the port that the service calls.",
    }));
}

function scenarioWarnings(contract: Parts, declared: readonly string[]): readonly Unplaced[] {
  const warnings: Unplaced[] = [];
  if (declared.length === 0) {
    const says = "There is no scenario, so that nothing can be driven.";
    warnings.push({
      path: ["scenarios"],
      says,
      remedy: "Add scenarios: with one request that uses an integration.",
    });
    return warnings;
  }
  for (const { name, uses } of contract.scenarios) {
    if (uses.length > 0) continue;
    const says = `The scenario ${name} uses only integrations that are not verified yet.`;
    const remedy = "Add an operation of an HTTP integration to uses, when it calls one.";
    warnings.push({ path: ["scenarios", name], says, remedy });
  }
  const used = new Set(contract.scenarios.flatMap(({ uses }) => uses.map(({ integration }) => integration)));
  for (const { name } of contract.integrations) {
    if (used.has(name)) continue;
    const says = `No scenario uses ${name}, so that nothing about it can be verified.`;
    warnings.push({ path: ["integrations", name], says, remedy: `Add ${name} to the uses of a scenario.` });
  }
  return warnings;
}

/** A provider's deadline beyond the one that the service commits to itself can never be waited for. */
function deadlineWarnings(contract: Parts): readonly Unplaced[] {
  return contract.scenarios.flatMap((scenario) => {
    const serves = servedBy(contract.service, scenario);
    const limitMs = serves?.deadlineMs ?? null;
    if (serves === undefined || limitMs === null) return [];
    return contract.integrations
      .filter(({ name }) => scenario.uses.some(({ integration }) => integration === name))
      .filter(({ policy }) => (policy.deadlineMs ?? 0) > limitMs)
      .map(({ name, policy }) => ({
        path: ["integrations", name, "policy", "deadline"],
        says:
          `Calls to ${name} may take ${formatDuration(policy.deadlineMs ?? 0)}, but ` +
          `${serves.request.method} ${serves.request.path} must answer within ${formatDuration(limitMs)}.`,
        remedy: "Lower this deadline, or raise the one of service.serves.",
      }));
  });
}

function servedBy(service: Service | null, { act }: Scenario): Serves | undefined {
  if (act.kind !== "http") return undefined;
  const [path = ""] = act.request.path.split("?");
  return service?.serves.find(
    ({ request }) => request.method === act.request.method && matches(request.path, path),
  );
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment.startsWith(":") || segment === given[index])
  );
}

function acceptWarnings({ accept, integrations, service }: Parts): readonly Unplaced[] {
  const served = (service?.serves ?? []).map(({ name }) => `serves.${name}`);
  const operated = integrations.flatMap(({ name, operations }) => [
    name,
    ...operations.map((operation) => `${name}.${operation.name}`),
  ]);
  const known = [...operated, ...served];
  return accept.flatMap(({ at }, index) =>
    at === null || known.includes(at)
      ? []
      : [
          {
            path: ["accept", index, "at"],
            says: `There is no ${at}, so that this entry accepts nothing.`,
            remedy: `Write one of ${known.join(", ")}.`,
          },
        ],
  );
}
