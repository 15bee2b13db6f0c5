import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { modes } from "../alerts/index.ts";
import { burnAlertName } from "../rules/burn-alerts.ts";
import { burnPairs } from "../slo/burn-pairs.ts";
import { alertmanagerExample } from "./alertmanager.ts";

interface Config {
  readonly route: {
    readonly receiver: string;
    readonly group_by: readonly string[];
    readonly routes: readonly { readonly receiver: string; readonly matchers: readonly string[] }[];
  };
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }[];
  readonly receivers: readonly { readonly name: string }[];
}
const config = parse(alertmanagerExample()) as Config;

describe("the example of a configuration of Alertmanager", () => {
  it("names only receivers that there are, and each of them", () => {
    const named = new Set([config.route.receiver, ...config.route.routes.map(({ receiver }) => receiver)]);
    assert.deepEqual([...named].sort(), config.receivers.map(({ name }) => name).sort());
  });

  it("knows every severity that an alert can have", () => {
    const urgencies = new Set([
      ...modes.map(({ urgency }) => urgency),
      ...burnPairs(7 * 86_400_000).map(({ urgency }) => urgency),
    ]);
    for (const urgency of urgencies)
      assert.ok(
        config.route.routes.some(({ matchers }) => matchers.includes(`severity="${urgency}"`)),
        urgency,
      );
  });

  it("groups by provider and keeps tickets back while the same integration pages", () => {
    assert.deepEqual(config.route.group_by, ["service", "provider"]);
    const [first] = config.inhibit_rules;
    assert.deepEqual(first?.source_matchers, ['severity="page"']);
    assert.ok(first?.target_matchers.includes('severity="ticket"'));
    assert.ok(first?.equal.includes("integration"));
  });

  it("lets no alert keep itself back, and no slower one a faster one", () => {
    const names = burnPairs(7 * 86_400_000).map(burnAlertName);
    for (const { source_matchers, target_matchers } of config.inhibit_rules.slice(1)) {
      const place = (matchers: readonly string[]): number =>
        names.findIndex((name) => matchers[0] === `alertname="${name}"`);
      assert.ok(place(source_matchers) >= 0 && place(source_matchers) < place(target_matchers));
    }
  });

  it("is taken by amtool, where that is at hand", (test) => {
    if (spawnSync("amtool", ["--version"]).status !== 0) return;
    const folder = mkdtempSync(join(tmpdir(), "holdfast-amtool-"));
    test.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "alertmanager.yml"), alertmanagerExample());
    const { status, stderr } = spawnSync("amtool", ["check-config", "alertmanager.yml"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });
});
