import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}" }
integrations:
  payments:
    protocol: http
    provider: stub
    address: { env: PAYMENTS_URL }
    slo: { availability: 99.9%, latency: { p99: 1s }, window: 30d }
    runbook: runbooks/payments.md
`;

const sloth = `version: "prometheus/v1"
service: shop
slos:
  - name: requests
    objective: 99.5
    sli: { events: { error_query: 'sum(rate(bad_total[{{.window}}]))', total_query: 'sum(rate(all_total[{{.window}}]))' } }
    alerting: {}
`;

/** A folder with these files, and the command run in it. */
function folderWith(test: TestContext, files: Readonly<Record<string, string>>) {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-generate-"));
  test.after(() => rmSync(cwd, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const run = async (...words: readonly string[]) => {
    const io = bufferIo({ cwd });
    const status = await dispatch(commands, "0.0.0", ["generate", ...words], io);
    return { status, stdout: io.stdout(), stderr: io.stderr() };
  };
  return { cwd, run };
}

const files = { "holdfast.yaml": contract };

describe("holdfast generate alerts", () => {
  it("writes rules and routing below one folder, and says what fires when", async (test) => {
    const { cwd, run } = folderWith(test, files);
    const { status, stdout, stderr } = await run("alerts", "--out", "alerts");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^payments-availability: 99\.9% of calls to payments succeed, over 30d\n/);
    assert.match(stdout, /page {4}1h and 5m +14\.4 +52 s +8\.6 min +43\.2 min +never\n/);
    assert.match(stdout, /4 new, 0 changed, 0 unchanged in alerts\n/);
    assert.deepEqual(readdirSync(cwd).sort(), ["alerts", "holdfast.yaml"]);
    assert.deepEqual(readdirSync(join(cwd, "alerts")).sort(), [
      "alertmanager.example.yml",
      "payments-availability.rules.yml",
      "payments-failures.rules.yml",
      "payments-latency-p99.rules.yml",
    ]);
    assert.ok(stdout.split("\n").every((line) => line.length <= 100));
  });

  it("writes rules and tests that promtool takes", async (test) => {
    const { cwd, run } = folderWith(test, files);
    if (spawnSync("promtool", ["--version"]).status !== 0)
      return test.skip("service: promtool is not on the PATH");
    const { status, stdout } = await run("alerts", "--with-tests");
    assert.equal(status, 0);
    assert.match(stdout, /Next: promtool test rules ops\/alerts\/tests\/\*\.test\.yml/);
    const folder = join(cwd, "ops/alerts");
    const rules = readdirSync(folder).filter((name) => name.endsWith(".rules.yml"));
    const checked = spawnSync("promtool", ["check", "rules", ...rules], { cwd: folder, encoding: "utf8" });
    assert.equal(checked.status, 0, checked.stderr);
    const one = "tests/payments-failures.every-1m.test.yml";
    const proven = spawnSync("promtool", ["test", "rules", one], { cwd: folder, encoding: "utf8" });
    assert.equal(proven.status, 0, proven.stdout + proven.stderr);
  });

  it("prints one document that says the same", async (test) => {
    const { cwd, run } = folderWith(test, files);
    const { status, stdout, stderr } = await run("alerts", "--json", "--with-tests");
    assert.deepEqual([status, stderr], [0, ""]);
    const document = JSON.parse(stdout);
    assert.deepEqual(Object.keys(document), [
      "schemaVersion",
      "from",
      "out",
      "files",
      "objectives",
      "modes",
      "notes",
      "leftOver",
      "metrics",
    ]);
    assert.equal(document.out, join(cwd, "ops/alerts"));
    assert.deepEqual(document.objectives[0].alerts[0].detection[1], { badShare: 0.1, afterMs: 518_400 });
    for (const { path } of document.files) assert.ok(existsSync(join(document.out, path)));
  });

  it("writes the same again, and tells of what is left over", async (test) => {
    const { cwd, run } = folderWith(test, files);
    await run("alerts");
    assert.match((await run("alerts")).stdout, /0 new, 0 changed, 4 unchanged/);
    writeFileSync(
      join(cwd, "holdfast.yaml"),
      contract.replace(", latency: { p99: 1s }", "").replace("99.9%", "99%"),
    );
    const { stdout } = await run("alerts");
    assert.match(
      stdout,
      /note: ops\/alerts\/payments-latency-p99\.rules\.yml was generated before and is not any more/,
    );
    assert.match(stdout, /0 new, 1 changed, 2 unchanged/);
  });

  it("replaces nothing that was changed or that it did not write, unless it is told to", async (test) => {
    const { cwd, run } = folderWith(test, files);
    await run("alerts");
    const file = join(cwd, "ops/alerts/payments-failures.rules.yml");
    for (const mine of [`${readFileSync(file, "utf8")}# mine\n`, "groups: []\n"]) {
      writeFileSync(file, mine);
      const { status, stderr } = await run("alerts", "--min-bad", "9");
      assert.equal(status, 2);
      assert.match(stderr, /FILE_EXISTS: .*payments-failures\.rules\.yml was .*; nothing was written/);
      assert.equal(readFileSync(file, "utf8"), mine);
      assert.doesNotMatch(
        readFileSync(join(cwd, "ops/alerts/payments-availability.rules.yml"), "utf8"),
        />= 9/,
      );
    }
    assert.equal((await run("alerts", "--force")).status, 0);
    assert.match(readFileSync(file, "utf8"), /^# Generated by holdfast generate alerts\./);
  });

  it("writes nothing through a link", async (test) => {
    const { cwd, run } = folderWith(test, { ...files, "outside.yml": "mine\n" });
    const elsewhere = folderWith(test, {}).cwd;
    mkdirSync(join(cwd, "a"));
    symlinkSync(join(cwd, "outside.yml"), join(cwd, "a/payments-failures.rules.yml"));
    mkdirSync(join(cwd, "b"));
    symlinkSync(elsewhere, join(cwd, "b/tests"));
    for (const out of ["a", "b"]) {
      const { status, stderr } = await run("alerts", "--out", out, "--with-tests", "--force");
      assert.equal(status, 2);
      assert.match(stderr, /NOT_ALLOWED/);
    }
    assert.equal(readFileSync(join(cwd, "outside.yml"), "utf8"), "mine\n");
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  it("tells of problems at their place, for people and for programs", async (test) => {
    const { cwd, run } = folderWith(test, { "holdfast.yaml": contract.replace("p99: 1s", "p99: 1200ms") });
    const { status, stderr, stdout } = await run("alerts", "--json");
    assert.equal(status, 2);
    assert.match(stderr, /holdfast\.yaml:8:44 SLO_BETWEEN_BUCKETS\n[\s\S]*Remedy: Write 1s or 2\.5s/);
    assert.equal(JSON.parse(stdout).problems[0].code, "SLO_BETWEEN_BUCKETS");
    assert.deepEqual(readdirSync(cwd), ["holdfast.yaml"]);
    assert.equal((await run("alerts", "--stricter-latency")).status, 0);
  });

  it("reads objectives in the format of sloth and OpenSLO", async (test) => {
    const { run } = folderWith(test, { "shop.yml": sloth, "broken.yml": sloth.replace("99.5", "high") });
    const { status, stdout, stderr } = await run("alerts", "--slo", "shop.yml");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^shop-requests: 99\.5% of events of requests are good, over 30d/);
    const broken = await run("alerts", "--slo", "broken.yml");
    assert.equal(broken.status, 2);
    assert.match(broken.stderr, /broken\.yml:5:16 WRONG_TYPE/);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "another thing than alerts",
      ["dashboard"],
      /USAGE: "dashboard" is nothing that can be generated[\s\S]*alerts, dashboards, runbooks/,
    ],
    ["no contract", ["alerts", "--contract", "none.yaml"], /FILE_MISSING/],
    ["no file of objectives", ["alerts", "--slo", "none.yml"], /USAGE: .*none\.yml cannot be read/],
    [
      "two sources",
      ["alerts", "--slo", "a", "--contract", "b"],
      /USAGE: --slo and --contract are two sources/,
    ],
    ["unknown metrics", ["alerts", "--metrics", "resilienc"], /Did you mean resilience\?/],
    ["two sources of calls", ["alerts", "--metrics", "otel,resilience"], /two sources for calls/],
    [
      "standard metrics without a host",
      ["alerts", "--metrics", "otel"],
      /SLO_ADDRESS_UNKNOWN[\s\S]*--address payments=HOST/,
    ],
    ["an address of nobody", ["alerts", "--address", "payment=a.example"], /Did you mean payments\?/],
    [
      "an address without a host",
      ["alerts", "--address", "payments"],
      /expected an integration and its host/,
    ],
    ["matchers that are none", ["alerts", "--match", "checkout"], /no list of label matchers/],
    ["a bucket that is no number", ["alerts", "--buckets", "1,x"], /--buckets x/],
    ["a burn rate that is no number", ["alerts", "--min-burn", "fast"], /--min-burn fast/],
    ["an empty folder", ["alerts", "--out", ""], /--out is empty/],
  ];
  for (const [name, words, says] of wrong) {
    it(`ends with 2 and a remedy for ${name}`, async (test) => {
      const { cwd, run } = folderWith(test, files);
      const { status, stderr } = await run(...words);
      assert.equal(status, 2, stderr);
      assert.match(stderr, says);
      assert.match(stderr, /Remedy: /);
      assert.deepEqual(readdirSync(cwd), ["holdfast.yaml"]);
    });
  }

  it("ends with 2 and a remedy where the contract declares no objective", async (test) => {
    const { run } = folderWith(test, { "holdfast.yaml": contract.replace(/ {4}slo: .*\n/, "") });
    const { status, stderr } = await run("alerts");
    assert.equal(status, 2);
    assert.match(stderr, /CONTRACT_WITHOUT_SLO[\s\S]*Remedy: Add slo: \{ availability: 99\.9%/);
  });
});

describe("holdfast generate dashboards", () => {
  it("writes one for the service and one for each integration, and the same again", async (test) => {
    const { cwd, run } = folderWith(test, files);
    const { status, stdout, stderr } = await run("dashboards", "--metrics", "resilience,delivery");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /ops\/dashboards\/payments\.json: checkout: payments: \d+ panels, \d+ queries\n/);
    assert.match(stdout, /2 new, 0 changed, 0 unchanged in ops\/dashboards\n/);
    assert.match(
      (await run("dashboards", "--metrics", "resilience,delivery")).stdout,
      /0 new, 0 changed, 2 unchanged/,
    );
    const dashboard = JSON.parse(readFileSync(join(cwd, "ops/dashboards/checkout.json"), "utf8"));
    assert.ok(dashboard.panels.some(({ title }: { readonly title: string }) => title === "Outbox lag"));
  });

  it("shows integrations without an objective too, and says what it asks for", async (test) => {
    const { run } = folderWith(test, { "holdfast.yaml": contract.replace(/ {4}slo: .*\n/, "") });
    const { status, stdout, stderr } = await run("dashboards", "--json");
    assert.deepEqual([status, stderr], [0, ""]);
    const document = JSON.parse(stdout);
    assert.deepEqual(Object.keys(document), [
      "schemaVersion",
      "from",
      "out",
      "files",
      "dashboards",
      "problems",
      "leftOver",
      "metrics",
    ]);
    assert.deepEqual(document.problems, []);
    const { queries } = document.dashboards[1];
    assert.ok(queries.length >= 8);
    // It declares none, so these would stay empty.
    assert.ok(!queries.some((expr: string) => /breaker|budget|limit/.test(expr)));
  });

  it("replaces nothing that was changed, unless it is told to, and tells of what is left over", async (test) => {
    const { cwd, run } = folderWith(test, files);
    await run("dashboards");
    const file = join(cwd, "ops/dashboards/payments.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"refresh": "1m"', '"refresh": "5s"'));
    const { status, stderr } = await run("dashboards");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /FILE_EXISTS: .*payments\.json was changed since it was generated; nothing was written/,
    );
    assert.equal((await run("dashboards", "--force")).status, 0);
    writeFileSync(join(cwd, "holdfast.yaml"), contract.replaceAll("payments:", "banking:"));
    assert.match(
      (await run("dashboards")).stdout,
      /note: ops\/dashboards\/payments\.json was generated before/,
    );
  });

  it("refuses objectives of another format", async (test) => {
    const { run } = folderWith(test, { ...files, "shop.yml": sloth });
    const { status, stderr } = await run("dashboards", "--slo", "shop.yml");
    assert.equal(status, 2);
    assert.match(stderr, /Remedy: Leave --slo away/);
  });
});

describe("holdfast generate runbooks", () => {
  const path = (cwd: string, name: string): string => join(cwd, "runbooks", name);

  it("writes one for each failure mode and one that leads to them, without a run too", async (test) => {
    const { cwd, run } = folderWith(test, files);
    const { status, stdout, stderr } = await run("runbooks", "--owner", "team payments");
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Nothing was observed yet/);
    assert.match(stdout, /11 new, 0 changed, 0 unchanged in runbooks\n/);
    assert.match(readFileSync(path(cwd, "payments.md"), "utf8"), /\(payments-budget-burn\.md\)/);
    assert.match((await run("runbooks")).stdout, /0 new, 0 changed, 11 unchanged/);
    const document = JSON.parse((await run("runbooks", "--json")).stdout);
    assert.deepEqual(Object.keys(document), [
      "schemaVersion",
      "from",
      "out",
      "files",
      "runbooks",
      "run",
      "observed",
      "metrics",
    ]);
  });

  it("keeps what somebody wrote, and leaves alone what is somebody's own", async (test) => {
    const { cwd, run } = folderWith(test, files);
    mkdirSync(join(cwd, "runbooks"));
    writeFileSync(path(cwd, "payments.md"), "# Mine\n");
    assert.match(
      (await run("runbooks")).stdout,
      /note: runbooks\/payments\.md is written by hand and was left alone/,
    );
    assert.equal(readFileSync(path(cwd, "payments.md"), "utf8"), "# Mine\n");
    const file = path(cwd, "payments-budget-burn.md");
    const noted = readFileSync(file, "utf8")
      .replace("belongs here", "belongs here: ask Ada first")
      .replace("an objective will be missed", "OUR objective will be missed");
    writeFileSync(file, noted);
    writeFileSync(join(cwd, "holdfast.yaml"), contract.replace(", latency: { p99: 1s }", ""));
    const { stdout } = await run("runbooks");
    assert.match(stdout, /payments-budget-burn\.md: left as somebody changed them: meaning/);
    assert.match(readFileSync(file, "utf8"), /ask Ada first/);
    assert.match(readFileSync(file, "utf8"), /OUR objective[^\n]*latency/);
    await run("runbooks", "--force");
    assert.doesNotMatch(readFileSync(file, "utf8"), /OUR objective/);
    assert.match(readFileSync(file, "utf8"), /ask Ada first/);
  });

  it("ends with 2 and a remedy where the run is none", async (test) => {
    const { cwd, run } = folderWith(test, files);
    const { status, stderr } = await run("runbooks", "--run", "nowhere");
    assert.equal(status, 2, stderr);
    assert.match(stderr, /RUN_NOT_READABLE[\s\S]*Remedy: /);
    assert.deepEqual(readdirSync(cwd), ["holdfast.yaml"]);
  });
});
