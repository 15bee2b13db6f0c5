import { type Path, policyNotBuilt } from "@holdfast/core";
import { mappingAt, type Outline, valueAt } from "./outline.ts";

/** Blocks that are known and checked but not built yet: where they stand (`*` is any key) and what they wait for. */
const blocks: readonly { readonly at: readonly string[]; readonly only?: string; readonly what: string }[] = [
  {
    at: ["integrations", "*", "address", "proxy"],
    what: "addresses through the proxy settings of a runtime",
  },
  ...policyNotBuilt.map(({ at, what }) => ({ at: ["integrations", "*", "policy", ...at], what })),
  { at: ["integrations", "*", "layer"], only: "mesh", what: "starting a service with its sidecar" },
  {
    at: ["integrations", "*", "operations", "*", "answer", "openapi"],
    what: "answers from an OpenAPI document",
  },
  { at: ["integrations", "*", "operations", "*", "answer", "recording"], what: "answers from a recording" },
  { at: ["scenarios", "*", "publish"], what: "scenarios that publish a message" },
  { at: ["scenarios", "*", "setup"], what: "set-up before a scenario" },
  { at: ["scenarios", "*", "effects", "*", "sql"], what: "effect probes in databases" },
  { at: ["plugins"], what: "plugins" },
];

/** The blocks of a raw contract that are not built yet, in the order of the table, other protocols last. */
export function notBuiltBlocks(
  raw: unknown,
  outline: Outline,
): readonly { readonly path: Path; readonly what: string }[] {
  const found = blocks.flatMap(({ at, only, what }) =>
    expand(raw, at, [])
      .filter((path) => only === undefined || valueAt(raw, path) === only)
      .map((path) => ({ path, what })),
  );
  const protocols = outline.integrations
    .filter(({ http }) => !http)
    .map(({ name, value }) => ({
      path: ["integrations", name],
      what: `integrations over ${String(value["protocol"])}: passed through without a proxy, their checks are not tested`,
    }));
  return [...found, ...protocols];
}

function expand(raw: unknown, [step, ...rest]: readonly string[], path: Path): readonly Path[] {
  if (step === undefined) return [path];
  const mapping = mappingAt(raw, path);
  const keys = step === "*" ? Object.keys(mapping) : Object.hasOwn(mapping, step) ? [step] : [];
  return keys.flatMap((key) => expand(raw, rest, [...path, key]));
}
