import { nearest, type Path, type Problem } from "@holdfast/core";
import {
  entriesAt,
  type IntegrationOutline,
  mappingAt,
  type Outline,
  resolveReference,
  valueAt,
} from "./outline.ts";
import { templatesOf } from "./templates.ts";

/** What is wrong between the parts of a contract: names that nothing has, parts that are missing, patterns twice. */
export function crossCheck(outline: Outline): readonly Problem[] {
  return [
    ...serviceProblems(outline),
    ...outline.integrations.flatMap((integration) => operationProblems(integration)),
    ...addressProblems(outline),
    ...outline.scenarios.flatMap((scenario) => scenarioProblems(scenario, outline)),
  ];
}

/** A command per call and a module are consumers by themselves; a request needs somebody to answer it. */
function serviceProblems({ service, scenarios }: Outline): readonly Problem[] {
  const asked = scenarios.some(({ act }) => act === "http");
  if (service === null) {
    if (!asked && scenarios.length > 0) return [];
    const expected = "the key service: what is verified";
    const remedy =
      "Add service: { name, start, url, ready }; only scenarios of kind exec or module do without.";
    return [missing(["service"], expected, remedy)];
  }
  if (service["url"] === undefined && asked) {
    const expected = "the key url: where the service listens";
    return [
      missing(["service", "url"], expected, "Add url: http://127.0.0.1:${port} and pass ${port} to start."),
    ];
  }
  return [];
}

function operationProblems(integration: IntegrationOutline): readonly Problem[] {
  return [...patternProblems(integration), ...compensationProblems(integration)];
}

/** Two operations with one pattern: no request could tell which of them it belongs to. */
function patternProblems({ name, value }: IntegrationOutline): readonly Problem[] {
  const problems: Problem[] = [];
  const patterns = new Map<string, string>();
  for (const [operation, { request }] of entriesAt(value, ["operations"])) {
    if (typeof request !== "string") continue;
    const pattern = request.replaceAll(/:[^/]+/g, ":");
    const earlier = patterns.get(pattern);
    patterns.set(pattern, earlier ?? operation);
    if (earlier === undefined) continue;
    const path = ["integrations", name, "operations", operation, "request"];
    const expected = "a request that no other operation matches";
    const remedy = `Merge it with ${earlier}, or make the paths differ.`;
    problems.push({ code: "CONFLICT", path, found: quote(request), expected, remedy });
  }
  return problems;
}

function compensationProblems({ name, value, operations }: IntegrationOutline): readonly Problem[] {
  return entriesAt(value, ["operations"]).flatMap(([operation, { compensates }]) => {
    const others = operations.filter((other) => other !== operation);
    if (typeof compensates !== "string" || others.includes(compensates)) return [];
    return [unknownName(["integrations", name, "operations", operation, "compensates"], compensates, others)];
  });
}

function addressProblems(outline: Outline): readonly Problem[] {
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  for (const { name, http, value } of outline.integrations) {
    const at: Path = ["integrations", name, "address"];
    const address = mappingAt(value, ["address"]);
    const key = ["env", "listen"].find((kind) => address[kind] !== undefined);
    if (key !== undefined) {
      const use = `${key} ${String(address[key])}`;
      const earlier = taken.get(use);
      if (earlier !== undefined) {
        const remedy = `Give ${name} another one than ${earlier} has.`;
        const expected = "an address that no other integration has";
        problems.push({ code: "CONFLICT", path: [...at, key], found: quote(address[key]), expected, remedy });
      }
      taken.set(use, name);
    } else if (http && value["address"] === undefined && isUnreachable(name, outline)) {
      const expected = `a way for the service to learn where ${name} is`;
      const remedy = `Add address: { env: NAME }, or use \${integrations.${name}.address} in service.env.`;
      problems.push(missing(at, expected, remedy));
    }
  }
  return problems;
}

/** Whether neither a module nor a template tells the consumer where the proxy of an integration listens. */
function isUnreachable(name: string, { service, scenarios }: Outline): boolean {
  if (service === null || !scenarios.some(({ act }) => act === "http" || act === "exec")) return false;
  const template = `integrations.${name}.address`;
  return ![service, ...scenarios.map(({ value }) => value)].some((part) => mentions(part, template));
}

function mentions(value: unknown, template: string): boolean {
  if (typeof value === "string") return value.includes("${") && templatesOf(value).includes(template);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((item) => mentions(item, template));
}

function scenarioProblems(scenario: Outline["scenarios"][number], outline: Outline): readonly Problem[] {
  // Without integrations every name would be unknown: what is missing has been told.
  if (outline.integrations.length === 0) return [];
  const at: Path = ["scenarios", scenario.name];
  const uses = scenario.value["uses"];
  const problems = usesProblems(uses, [...at, "uses"], outline);
  for (const [name, probe] of entriesAt(scenario.value, ["effects"])) {
    const on = probe["on"];
    const integrations = outline.integrations.map((integration) => integration.name);
    if (typeof on === "string" && !integrations.includes(on)) {
      problems.push(unknownName([...at, "effects", name, "on"], on, integrations));
    }
    const path: Path = [...at, "effects", name, "stub"];
    if (typeof probe["stub"] === "string") problems.push(...stubProblems(probe["stub"], path, outline));
  }
  return problems;
}

function usesProblems(uses: unknown, path: Path, outline: Outline): Problem[] {
  if (uses === undefined) {
    const operations = outline.integrations.flatMap(({ name, http, operations: all }) =>
      http ? all.map((operation) => `${name}.${operation}`) : [],
    );
    if (operations.length <= 1) return [];
    const remedy = `Add uses: [${operations.join(", ")}] with those that one healthy call uses.`;
    return [missing(path, "the key uses: the operations that a healthy call uses", remedy)];
  }
  if (!Array.isArray(uses)) return [];
  return uses.flatMap((use, index) => {
    if (typeof use !== "string") return [];
    const reference = resolveReference(use, outline);
    return reference.kind === "unknown" ? [unknownName([...path, index], use, reference.candidates)] : [];
  });
}

function stubProblems(stub: string, path: Path, outline: Outline): readonly Problem[] {
  const reference = resolveReference(stub, outline);
  if (reference.kind === "operation") {
    const integration = outline.integrations.find(({ name }) => name === reference.integration);
    if (integration?.stub === true) return [];
    const expected = "an operation of an integration with provider: stub";
    const remedy = "Only the stub counts its effects: write provider: stub, or remove the probe.";
    return [{ code: "CONFLICT", path, found: quote(stub), expected, remedy }];
  }
  const candidates = outline.integrations
    .filter((integration) => integration.stub)
    .flatMap(({ name, operations }) => operations.map((operation) => `${name}.${operation}`));
  return [unknownName(path, stub, candidates)];
}

function missing(path: Path, expected: string, remedy: string): Problem {
  return { code: "MISSING", path, found: "nothing", expected, remedy };
}

function unknownName(path: Path, name: string, candidates: readonly string[]): Problem {
  const near = nearest(name, candidates);
  const expected = candidates.length === 0 ? "a name that exists" : `one of ${candidates.join(", ")}`;
  const remedy = near === undefined ? `Write ${expected}.` : `Did you mean ${near}?`;
  return { code: "UNKNOWN_NAME", path, found: quote(name), expected, remedy };
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}

/** Whether a raw contract declares at least one integration; without one there is nothing to verify. */
export function integrationsProblem(raw: unknown): readonly Problem[] {
  const integrations = valueAt(raw, ["integrations"]);
  if (integrations === undefined || Object.keys(mappingAt(raw, ["integrations"])).length > 0) return [];
  if (typeof integrations !== "object" || integrations === null) return [];
  const remedy =
    "Add the first: payments: { protocol: http, provider: stub, address: { env: PAYMENTS_URL } }.";
  const expected = "at least one integration";
  return [{ code: "OUT_OF_RANGE", path: ["integrations"], found: "an empty mapping", expected, remedy }];
}
