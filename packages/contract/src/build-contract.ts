import type { Path } from "@holdfast/core";
import type { Resolved } from "./environment.ts";
import { secretName } from "./environment.ts";
import { absolutePath } from "./file-path.ts";
import type { Contract, HttpIntegration, OperationsFiles, PassThrough, Scenario, Service } from "./model.ts";
import { notBuiltBlocks } from "./not-built.ts";
import { type Outline, resolveReference, valueAt } from "./outline.ts";
import type { Places } from "./place.ts";
import type { ContractDocument } from "./shapes/contract.ts";
import type { HttpDocument } from "./shapes/integration.ts";
import type { ScenarioDocument } from "./shapes/scenario.ts";
import { render, templatesOf } from "./templates.ts";
import { warningsOf } from "./warnings.ts";

/** The shortest value that is treated as a secret: shorter ones occur by chance everywhere. */
const secretLengthMin = 4;

/** Everything a contract is made of, already free of problems. */
export interface ContractParts {
  readonly file: string;
  readonly folder: string;
  readonly digest: string;
  readonly document: ContractDocument;
  readonly resolved: Resolved;
  readonly outline: Outline;
  readonly places: Places;
  readonly operations: OperationsFiles | null;
}

/** Puts a contract together from what its shapes have read. */
export function buildContract(parts: ContractParts): Contract {
  const { file, folder, digest, document, resolved, outline, places, operations } = parts;
  const at = (path: Path): Contract["accept"][number]["place"] => places.key(path);
  const integrations: HttpIntegration[] = [];
  const passThrough: PassThrough[] = [];
  for (const [name, read] of Object.entries(document.integrations)) {
    if (isHttp(read)) integrations.push(integrationOf(name, read, folder));
    else passThrough.push({ ...read, name });
  }
  const declared = Object.entries(document.scenarios ?? {});
  const scenarios = declared.flatMap(([name, read]) => scenarioOf(name, read, outline));
  const service = document.service ?? null;
  const accept = (document.accept ?? []).map((entry, index) => ({ ...entry, place: at(["accept", index]) }));
  const warnings = warningsOf(
    { service, integrations, scenarios, accept },
    declared.map(([name]) => name),
  );
  return {
    file,
    folder,
    digest,
    service,
    integrations,
    scenarios,
    accept,
    operations,
    passThrough,
    notBuilt: notBuiltBlocks(resolved.value, outline).map((block) => ({ ...block, place: at(block.path) })),
    warnings: warnings.map((warning) => ({ ...warning, place: at(warning.path) })),
    secrets: secretsOf(service, passThrough, resolved.secrets),
    at,
    declares: (path) => valueAt(resolved.value, path) !== undefined,
  };
}

function isHttp(read: HttpDocument | Omit<PassThrough, "name">): read is HttpDocument {
  return read.protocol === "http";
}

function integrationOf(name: string, read: HttpDocument, folder: string): HttpIntegration {
  const { runbook, ...rest } = read;
  return {
    ...rest,
    name,
    runbook: runbook === null ? null : { path: absolutePath(folder, runbook), written: runbook },
  };
}

function scenarioOf(name: string, read: ScenarioDocument, outline: Outline): readonly Scenario[] {
  if (read.act === null) return [];
  const only = outline.integrations.filter(({ http }) => http).map((integration) => integration.name);
  const uses = (read.uses ?? only).flatMap((use) => {
    const reference = resolveReference(use, outline);
    if (reference.kind !== "operation") return [];
    return [{ integration: reference.integration, operation: reference.operation }];
  });
  const effects = read.effects.flatMap(({ stub, ...probe }) => {
    const reference = resolveReference(stub, outline);
    if (reference.kind !== "operation") return [];
    return [{ ...probe, integration: reference.integration, operation: reference.operation }];
  });
  return [{ name, act: read.act, expect: read.expect, uses, effects }];
}

/** Values never to be stored: those of secret-named variables that the contract reads or sets, and passwords in URLs. */
function secretsOf(
  service: Service | null,
  passThrough: readonly PassThrough[],
  fromEnvironment: readonly string[],
): readonly string[] {
  const set = Object.entries(service?.env ?? {})
    .filter(([, value]) => templatesOf(value).length === 0)
    .map(([name, value]) => [name, render(value, {})] as const);
  const named = set.filter(([name]) => secretName.test(name)).map(([, value]) => value);
  const urls = [...set.map(([, value]) => value), ...passThrough.map(({ provider }) => provider)];
  const all = [...fromEnvironment, ...named, ...urls.flatMap(passwordIn)];
  return [...new Set(all)].filter((value) => value.length >= secretLengthMin);
}

/** The password of `scheme://user:password@host`, as it is written. */
function passwordIn(text: string): readonly string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:([^/\s@]+)@/i.exec(text)?.[1];
  return password === undefined ? [] : [password];
}
