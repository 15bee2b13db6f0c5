import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { copyOf, temporaryFolder, writeFiles } from "./lib/temp.ts";
import { repository } from "./lib/tree.ts";

/** Each rule of biome.json that stands for a rule of the house, with a violation that it must catch. */
const long = `export function a(): void {\n${'  JSON.stringify("line");\n'.repeat(61)}}\n`;
const tangled = `export function a(n: number): number {
  if (n > 0) { if (n > 1) { if (n > 2) { if (n > 3) { if (n > 4) return 1; } } } }
  return 0;
}\n`;
const planted: readonly (readonly [path: string, text: string, rule: string])[] = [
  ["packages/core/src/date.ts", "export const a = Date.now();\n", "noRestrictedGlobals"],
  ["packages/core/src/date-new.ts", "export const a = new Date();\n", "noRestrictedGlobals"],
  ["packages/contract/src/timer.ts", "setTimeout(() => {}, 1);\n", "noRestrictedGlobals"],
  ["packages/faults/src/interval.ts", "setInterval(() => {}, 1);\n", "noRestrictedGlobals"],
  ["packages/verify/src/fetch.ts", 'await fetch("a");\n', "noRestrictedGlobals"],
  ["packages/verify/src/env.ts", "export const a = process.env;\n", "noRestrictedGlobals"],
  ["packages/verify/src/report/say.ts", 'console.log("a");\n', "noRestrictedGlobals"],
  [
    "packages/core/src/file.ts",
    'import { readFileSync as a } from "node:fs";\na("b");\n',
    "noRestrictedImports",
  ],
  [
    "packages/verify/src/report/file.ts",
    'import { open } from "node:fs/promises";\nopen("b");\n',
    "noRestrictedImports",
  ],
  [
    "packages/faults/src/faults/one.ts",
    'import { b } from "./two.ts";\nexport const a = b;\n',
    "noRestrictedImports",
  ],
  [
    "packages/verify/src/checks/one.ts",
    'import { b } from "./two.ts";\nexport const a = b;\n',
    "noRestrictedImports",
  ],
  [
    "packages/resilience/src/lint-rules/one.ts",
    'import { b } from "./two.ts";\nexport const a = b;\n',
    "noRestrictedImports",
  ],
  [
    "packages/resilience/src/state/now.ts",
    "export const now = (): number => performance.now();\n",
    "noRestrictedGlobals",
  ],
  [
    "packages/verify/src/checks/net.ts",
    'import { connect } from "node:net";\nconnect(1);\n',
    "noRestrictedImports",
  ],
  [
    "packages/core/src/ring-a.ts",
    'import { b } from "./ring-b.ts";\nexport const a = (): unknown => b;\n',
    "noImportCycles",
  ],
  [
    "packages/core/src/ring-b.ts",
    'import { a } from "./ring-a.ts";\nexport const b = (): unknown => a;\n',
    "noImportCycles",
  ],
  ["packages/core/src/enum.ts", "export enum A {\n  B,\n}\n", "noEnum"],
  [
    "packages/core/src/parameter.ts",
    "export class A {\n  constructor(readonly b: number) {}\n}\n",
    "noParameterProperties",
  ],
  ["packages/core/src/any.ts", "export const a: any = 1;\n", "noExplicitAny"],
  ["packages/core/src/default.ts", "export default 1;\n", "noDefaultExport"],
  ["packages/core/src/star.ts", 'export * from "./any.ts";\n', "noReExportAll"],
  [
    "packages/core/src/extension.ts",
    'import { a } from "./any";\nexport const b = a;\n',
    "useImportExtensions",
  ],
  [
    "packages/core/src/undeclared.ts",
    'import { a } from "left-pad";\nexport const b = a;\n',
    "noUndeclaredDependencies",
  ],
  [
    "packages/core/src/sibling.ts",
    'import { a } from "@holdfast/faults";\nexport const b = a;\n',
    "noUndeclaredDependencies",
  ],
  ["packages/core/src/long.ts", long, "noExcessiveLinesPerFunction"],
  ["packages/core/src/tangled.ts", tangled, "noExcessiveCognitiveComplexity"],
];

/** Places where the world may be touched, and what pure code may still use. */
const world =
  'import { readFileSync as a } from "node:fs";\nsetTimeout(() => a(process.title), Date.now());\n';
const edges = [
  "packages/core/src/system-x.ts",
  "packages/faults/src/tcp-x.ts",
  "packages/faults/src/http-x.ts",
  "packages/verify/src/run-x.ts",
  "packages/verify/src/run/deep/x.ts",
  "packages/verify/src/report/write-x.ts",
  "packages/holdfast/src/x.ts",
  "packages/core/src/x.test.ts",
  "packages/verify/src/testing/x.ts",
  "zoo/x.ts",
  "bench/x.ts",
  "examples/checkout/x.ts",
];
const pure =
  'import { createHash } from "node:crypto";\nexport const a = createHash("sha256").update(Buffer.from("b"));\n';

describe("lint", () => {
  let found: Map<string, string[]>;

  before(() => {
    const folder = temporaryFolder({ after }, "lint");
    copyOf(folder, ["biome.json", "package.json"]);
    for (const name of ["core", "contract", "faults", "resilience", "verify", "holdfast"])
      copyOf(folder, [`packages/${name}/package.json`]);
    writeFiles(folder, Object.fromEntries(planted.map(([path, text]) => [path, text])));
    writeFiles(folder, Object.fromEntries(edges.map((path) => [path, world])));
    writeFiles(folder, { "packages/core/src/hash.ts": pure });
    const biome = join(repository, "node_modules/@biomejs/biome/bin/biome");
    const options = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "--reporter=json", "."];
    const { stdout } = spawnSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8" });
    found = rulesByFile(stdout);
  });

  for (const [path, , rule] of planted) {
    it(`catches ${rule} in ${path}`, () =>
      assert.ok(found.get(path)?.includes(rule), String(found.get(path))));
  }

  for (const path of [...edges, "packages/core/src/hash.ts"]) {
    it(`lets ${path} do what belongs there`, () => {
      const rules = (found.get(path) ?? []).filter((rule) => rule.startsWith("noRestricted"));
      assert.deepEqual(rules, []);
    });
  }
});

interface BiomeReport {
  readonly diagnostics: readonly {
    readonly category?: string;
    readonly location?: { readonly path?: unknown };
  }[];
}

function rulesByFile(json: string): Map<string, string[]> {
  const byFile = new Map<string, string[]>();
  for (const { category, location } of (JSON.parse(json) as BiomeReport).diagnostics) {
    const path = String(
      (location?.path as { file?: string } | undefined)?.file ?? location?.path ?? "",
    ).replace(/^\.\//, "");
    byFile.set(path, [...(byFile.get(path) ?? []), category?.split("/").at(-1) ?? ""]);
  }
  return byFile;
}
