import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../lib/tree.ts";
import { type CheckDescription, checksPage } from "./checks-page.ts";
import { contractPage } from "./contract-page.ts";
import { type FaultDescription, faultsPage } from "./faults-page.ts";
import { type LintRuleDescription, lintRulesPage } from "./lint-rules-page.ts";
import { type RunbookRuleDescription, runbookRulesPage } from "./runbook-rules-page.ts";

/** A generated file: its text, or why it cannot be generated. */
export interface Generated {
  readonly path: string;
  readonly text: string | null;
  readonly because?: string;
}

type Module = Readonly<Record<string, unknown>>;
const load = async (name: string): Promise<Module> => (await import(name)) as Module;

async function faults(): Promise<string | null> {
  const describeFaults = (await load("@holdfast/faults"))["describeFaults"] as
    | (() => FaultDescription[])
    | undefined;
  return describeFaults === undefined ? null : faultsPage(describeFaults());
}

async function checks(): Promise<string | null> {
  const { items } = (await load("@holdfast/core")) as { items: readonly { id: string; title: string }[] };
  const all = (await load("@holdfast/verify"))["checks"] as readonly CheckDescription[] | undefined;
  return all === undefined ? null : checksPage(items, all);
}

async function contract(): Promise<string | null> {
  const schema = (await load("@holdfast/contract"))["contractSchema"] as
    | (() => Record<string, unknown>)
    | undefined;
  return schema === undefined ? null : contractPage(schema());
}

async function lintRules(): Promise<string | null> {
  const all = (await load("@holdfast/resilience"))["lintRules"] as readonly LintRuleDescription[] | undefined;
  return all === undefined ? null : lintRulesPage(all);
}

/** Examples of reviews have dates: the page is the same on every day. */
const runbookContext = { today: "2026-11-28", reviewedDaysMax: 180, exists: () => false };

async function runbookRules(): Promise<string | null> {
  const {
    runbookRules: rules,
    lintRunbook,
    queryNames,
  } = (await load("@holdfast/operate")) as {
    readonly runbookRules?: readonly Omit<RunbookRuleDescription, "found">[];
    readonly lintRunbook: (
      text: string,
      context: object,
    ) => readonly (RunbookRuleDescription["found"][number] & { readonly rule: string })[];
    readonly queryNames: readonly string[];
  };
  if (rules === undefined) return null;
  const found = (id: string, example: string) =>
    lintRunbook(example, { ...runbookContext, metrics: queryNames }).filter(({ rule }) => rule === id);
  return runbookRulesPage(rules.map((rule) => ({ ...rule, found: found(rule.id, rule.example) })));
}

/** Entry points that are started as a child process; importing one would run it. */
const isProgram = (subpath: string): boolean => subpath.endsWith("-host");

/** What each package exports, entry by entry and name by name, so that a change of the public surface shows in review. */
async function surface(): Promise<string> {
  const exported: Record<string, readonly string[]> = {};
  for (const folder of readdirSync(join(repository, "packages")).sort()) {
    const manifest = JSON.parse(
      readFileSync(join(repository, "packages", folder, "package.json"), "utf8"),
    ) as {
      readonly name: string;
      readonly exports: Readonly<Record<string, unknown>>;
    };
    for (const subpath of Object.keys(manifest.exports).sort()) {
      const entry = join(manifest.name, subpath);
      const opaque = subpath.endsWith(".json") || isProgram(subpath);
      exported[entry] = opaque ? [] : Object.keys(await load(entry)).sort();
    }
  }
  return `${JSON.stringify(exported, null, 2)}\n`;
}

/** Every generated file of `docs/reference`. */
export async function generateDocs(): Promise<Generated[]> {
  const sources = [
    { path: "docs/reference/faults.md", from: "describeFaults() of @holdfast/faults", make: faults },
    { path: "docs/reference/checks.md", from: "checks of @holdfast/verify", make: checks },
    { path: "docs/reference/contract.md", from: "contractSchema() of @holdfast/contract", make: contract },
    { path: "docs/reference/lint-rules.md", from: "lintRules of @holdfast/resilience", make: lintRules },
    {
      path: "docs/reference/runbook-rules.md",
      from: "runbookRules of @holdfast/operate",
      make: runbookRules,
    },
    { path: "docs/reference/exports.json", from: "every package", make: surface },
  ];
  return Promise.all(
    sources.map(async ({ path, from, make }) => {
      try {
        const text = await make();
        return text === null ? { path, text, because: `${from} is not exported` } : { path, text };
      } catch (error) {
        return {
          path,
          text: null,
          because: `${from} cannot be loaded: ${error instanceof Error ? error.message : error}`,
        };
      }
    }),
  );
}
