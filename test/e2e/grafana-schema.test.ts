import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadContract } from "@holdfast/contract";
import { alertSettingsDefault, contractSubjects, generateDashboards, serviceName } from "@holdfast/operate";
import { temporaryFolder, writeFiles } from "../../scripts/lib/temp.ts";
import { repository } from "../../scripts/lib/tree.ts";

/** A generated dashboard, read as JSON. */
interface Written {
  readonly annotations: { readonly list: readonly Readonly<Record<string, unknown>>[] };
  readonly panels: readonly {
    readonly type: string;
    readonly options?: unknown;
    readonly fieldConfig?: unknown;
  }[];
}

/** Where Grafana's own types of a panel are. */
const kinds: Readonly<Record<string, string>> = {
  timeseries: "timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen",
  stat: "stat/panelcfg/x/StatPanelCfg_types.gen",
  "state-timeline": "statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen",
};

/** JSON has the values of enumerations where types have their members, and no undefined. */
const plain = `
import type * as grafana from "@grafana/schema";
export type Plain<T> = T extends string ? \`\${T}\`
  : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : number)
  : T extends readonly (infer U)[] ? readonly Plain<U>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export type Dashboard = Plain<Omit<grafana.Dashboard, "panels">>;
export type Panel = Plain<Omit<grafana.Panel, "options" | "fieldConfig">> & { options: unknown; fieldConfig: unknown };
export type Field = Plain<Omit<grafana.FieldConfig, "custom">>;
export type Row = Plain<grafana.RowPanel>;
`;

/** A module that the compiler takes only where each part of the dashboard is what Grafana's schema says, with no field that it does not know. */
function held({ panels, annotations, ...rest }: Written): string {
  // These two are the Prometheus plugin's own, whose annotations the schema leaves to it.
  const list = annotations.list.map(({ expr: _, titleFormat: __, ...one }) => one);
  const dashboard = { ...rest, annotations: { list } };
  const literal = (value: unknown): string => JSON.stringify(value, null, 1);
  const parts = panels.flatMap((panel, at) => {
    if (panel.type === "row") return [`export const row${at}: Row = ${literal(panel)};`];
    const { defaults, overrides } = panel.fieldConfig as {
      readonly defaults: { readonly custom: unknown };
      readonly overrides: readonly unknown[];
    };
    assert.deepEqual(overrides, []);
    const { custom, ...fields } = defaults;
    const kind = `import("@grafana/schema/dist/esm/raw/composable/${kinds[panel.type]}")`;
    const settings =
      panel.type === "stat"
        ? []
        : [`export const custom${at}: Plain<${kind}.FieldConfig> = ${literal(custom)};`];
    return [
      `export const panel${at}: Panel = ${literal(panel)};`,
      `export const options${at}: Plain<Partial<${kind}.Options>> = ${literal(panel.options)};`,
      `export const field${at}: Field = ${literal(fields)};`,
      ...settings,
    ];
  });
  return [
    'import type { Dashboard, Field, Panel, Plain, Row } from "./plain.ts";',
    `export const dashboard: Dashboard = ${literal(dashboard)};`,
    ...parts,
  ].join("\n");
}

function problemsOf(folder: string, files: Readonly<Record<string, string>>): string[] {
  writeFiles(folder, files);
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => line !== "");
}

describe("the schema of Grafana, as its own package has it", { timeout: 120_000 }, () => {
  const folder = temporaryFolder({ after }, "grafana-schema");
  let written: readonly Written[] = [];

  before(async () => {
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    writeFiles(folder, {
      "package.json": '{ "type": "module" }\n',
      "plain.ts": plain,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...{ strict: true, noEmit: true, module: "nodenext", target: "esnext", skipLibCheck: true },
          ...{ allowImportingTsExtensions: true, types: [] },
        },
        include: ["*.ts"],
      }),
    });
    const read = await loadContract(join(repository, "examples/checkout/hardened/holdfast.yaml"), {});
    assert.ok("contract" in read);
    for (const settings of [
      { ...alertSettingsDefault, delivery: true },
      { ...alertSettingsDefault, calls: "otel", addresses: { payments: "api.payments.example" } },
    ] as const) {
      const subjects = contractSubjects(read.contract, settings);
      const { files } = generateDashboards(serviceName(read.contract), subjects);
      written = [...written, ...files.map(({ text }) => JSON.parse(text) as Written)];
    }
  });

  it("holds every dashboard, panel, option and setting that is generated", () => {
    assert.ok(written.length >= 4);
    const files = written.map((one, at) => [`dashboard-${at}.ts`, held(one)] as const);
    assert.deepEqual(problemsOf(folder, Object.fromEntries(files)), []);
  });

  for (const { what, from, to, says } of [
    { what: "a field", from: '"refresh":', to: '"refreshes":', says: /'"refreshes"' does not exist/ },
    {
      what: "a value",
      from: '"graphTooltip": 1',
      to: '"graphTooltip": 7',
      says: /Type '7' is not assignable/,
    },
    {
      what: "an option",
      from: '"displayMode":',
      to: '"displayModes":',
      says: /'"displayModes"' does not exist/,
    },
    { what: "a setting", from: '"lineWidth":', to: '"lineWidths":', says: /'"lineWidths"' does not exist/ },
  ])
    it(`refuses ${what} that it does not know`, () => {
      const text = written.map(held).find((one) => one.includes(from)) ?? "";
      assert.match(problemsOf(folder, { "dashboard-0.ts": text.replaceAll(from, to) }).join("\n"), says);
    });
});
