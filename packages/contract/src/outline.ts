import { isMapping, type Path } from "@holdfast/core";

/** What a contract names, read from its raw value: cross-checks work even where other parts are wrong. */
export interface Outline {
  readonly integrations: readonly IntegrationOutline[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly act: "http" | "exec" | "module" | "publish" | null;
    readonly value: Mapping;
  }[];
  readonly service: Mapping | null;
}

/** An integration in outline. */
export interface IntegrationOutline {
  readonly name: string;
  readonly http: boolean;
  readonly stub: boolean;
  readonly value: Mapping;
  /** Declared operations, or `any` when there are none. */
  readonly operations: readonly string[];
}

/** A mapping of a raw document. */
export type Mapping = Readonly<Record<string, unknown>>;

/** The outline of a raw contract; what is not a mapping where one belongs is left out. */
export function outlineOf(raw: unknown): Outline {
  const service = mappingAt(raw, ["service"]);
  return {
    service: Object.hasOwn(isMapping(raw) ? raw : {}, "service") ? service : null,
    integrations: entriesAt(raw, ["integrations"]).map(([name, value]) => {
      const operations = Object.keys(mappingAt(value, ["operations"]));
      return {
        name,
        http: value["protocol"] === "http" || value["protocol"] === undefined,
        stub: value["provider"] === "stub",
        value,
        operations: operations.length > 0 ? operations : ["any"],
      };
    }),
    scenarios: entriesAt(raw, ["scenarios"]).map(([name, value]) => ({
      name,
      act: (["http", "exec", "module", "publish"] as const).find((kind) => value[kind] !== undefined) ?? null,
      value,
    })),
  };
}

/** The value at a path of a raw document; `undefined` when there is none. */
export function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const step of path) {
    if (isMapping(value) && Object.hasOwn(value, String(step))) value = value[String(step)];
    else if (Array.isArray(value)) value = value[Number(step)];
    else return undefined;
  }
  return value;
}

/** The mapping at a path, or an empty one. */
export function mappingAt(raw: unknown, path: Path): Mapping {
  const value = valueAt(raw, path);
  return isMapping(value) ? value : {};
}

/** The entries at a path that are mappings themselves. */
export function entriesAt(raw: unknown, path: Path): readonly (readonly [string, Mapping])[] {
  return Object.entries(mappingAt(raw, path)).flatMap(([name, value]) =>
    isMapping(value) ? [[name, value] as const] : [],
  );
}

/** What a reference such as `payments.charge` means: operations, a block not built yet, or nothing. */
export type Reference =
  | { readonly kind: "operation"; readonly integration: string; readonly operation: string }
  | { readonly kind: "not-built" }
  | { readonly kind: "unknown"; readonly candidates: readonly string[] };

/** Resolves `payments.charge`, or `payments` alone where it has one operation. */
export function resolveReference(reference: string, { integrations }: Outline): Reference {
  const dot = reference.indexOf(".");
  const name = dot === -1 ? reference : reference.slice(0, dot);
  const operation = dot === -1 ? null : reference.slice(dot + 1);
  const integration = integrations.find((candidate) => candidate.name === name);
  const candidates = integrations.flatMap((known) =>
    known.http ? known.operations.map((each) => `${known.name}.${each}`) : [known.name],
  );
  if (integration === undefined) return { kind: "unknown", candidates };
  if (!integration.http) return { kind: "not-built" };
  const only = integration.operations.length === 1 ? integration.operations[0] : undefined;
  const chosen = operation ?? only;
  if (chosen === undefined || !integration.operations.includes(chosen))
    return { kind: "unknown", candidates };
  return { kind: "operation", integration: name, operation: chosen };
}
