import type { Path } from "@holdfast/core";

/** Which templates of a run may stand where; `*` stands for any key. */
const places: readonly { readonly at: readonly string[]; readonly names: readonly string[] }[] = [
  ...["url", "env", "prepare", "start", "stop", "logs"].map((field) => ({
    at: ["service", field],
    names: ["port", "instance.id", "integrations"],
  })),
  ...["answer", "errors"].map((field) => ({
    at: ["integrations", "*", "operations", "*", field],
    names: ["call.id", "instance.id"],
  })),
  {
    at: ["scenarios", "*"],
    names: ["port", "instance.id", "call.id", "canary.card", "integrations"],
  },
];

/** The names of the templates that may stand at `path`, with `integrations.NAME.address` for each integration. */
export function templatesAllowedAt(path: Path, integrations: readonly string[]): readonly string[] {
  const place = places.find(({ at }) => at.every((step, depth) => step === "*" || step === path[depth]));
  return (place?.names ?? []).flatMap((name) =>
    name === "integrations"
      ? integrations.map((integration) => `integrations.${integration}.address`)
      : [name],
  );
}

/** Whether texts at `path` are kept as templates until a run fills them; elsewhere `$${` is read at once. */
export function keepsTemplates(path: Path): boolean {
  return templatesAllowedAt(path, ["any"]).length > 0;
}

/** Every template that a run knows, for telling them from variables of the environment. */
export function runTemplates(integrations: readonly string[]): readonly string[] {
  return [
    "port",
    "call.id",
    "instance.id",
    "canary.card",
    ...integrations.map((name) => `integrations.${name}.address`),
  ];
}

/** Whether a text at `path` is a command line, which is split before values are filled in. */
export function isCommandPlace(path: Path): boolean {
  const [root, second, third] = path;
  if (root === "service") return ["prepare", "start", "stop"].includes(String(second)) && path.length === 2;
  return root === "scenarios" && third === "exec" && path.length === 3;
}
