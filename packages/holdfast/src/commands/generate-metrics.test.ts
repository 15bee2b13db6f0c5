import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = (more = "", provider = "stub"): string => `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}" }
integrations:
  payments:
    protocol: http
    provider: ${provider}
    address: { env: PAYMENTS_URL }
    slo: { availability: 99.9%, window: 30d }
${more}`;
const real = "{ url: https://api.payments.example, sandbox: true }";

/** The command in a folder with a contract, rules that read this metric, and a run that saw those. */
function folder(
  test: TestContext,
  text: string,
  of: { readonly rules?: string; readonly seen?: readonly string[]; readonly scrape?: string },
) {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-generate-metrics-"));
  test.after(() => rmSync(cwd, { recursive: true, force: true }));
  const file = join(cwd, "holdfast.yaml");
  const operations = of.rules === undefined ? "" : "operations: { rules: mine/*.yml }\n";
  writeFileSync(file, text + operations);
  mkdirSync(join(cwd, "mine"));
  const rule = `{ alert: A, expr: 'sum(rate(${of.rules}[5m])) > 1' }`;
  writeFileSync(join(cwd, "mine/a.yml"), `groups: [{ name: a, rules: [${rule}] }]\n`);
  if (of.seen !== undefined || of.scrape !== undefined)
    writeRun(join(cwd, "run"), file, of.seen ?? [], of.scrape);
  return async (...words: readonly string[]) => {
    const io = bufferIo({ cwd });
    const status = await dispatch(commands, "0.0.0", ["generate", ...words], io);
    const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
    return { status, stdout: io.stdout(), stderr: io.stderr(), read };
  };
}

function writeRun(path: string, file: string, metrics: readonly string[], scrape?: string): void {
  mkdirSync(path);
  const run = { schemaVersion: 1, run: "r7", contract: { file, digest: "" }, experiments: [] };
  writeFileSync(join(path, "run.json"), JSON.stringify(run));
  const seen = scrape === undefined ? { type: "alert-proof", metrics } : { type: "scrape", text: scrape };
  writeFileSync(join(path, "observations.ndjson"), `${JSON.stringify(seen)}\n`);
}

const otel = "http_client_request_duration_seconds_count";
const ours = "holdfast_resilience_calls_total";

describe("what generated files take calls to be counted by", () => {
  it("is said, with who says so: the command line, the run, the rules, or nobody", async (test) => {
    const run = folder(test, contract("", real), { rules: ours, seen: [otel, "up"] });
    const cases: readonly (readonly [readonly string[], RegExp, RegExp])[] = [
      [
        ["--metrics", "otel"],
        /: http_client_request_duration_seconds, as --metrics says\n/,
        /http_client_request/,
      ],
      [
        ["--run", "run"],
        /: http_client_request_duration_seconds, as run r7 exported them\n/,
        /http_client_request/,
      ],
      [[], /: holdfast_resilience_\*, as the rules of the contract read them\n/, /holdfast_resilience/],
    ];
    for (const [words, says, reads] of cases) {
      for (const what of ["alerts", "dashboards"]) {
        const { status, stdout, stderr, read } = await run(what, "--force", ...words);
        assert.equal(status, 0, stderr);
        assert.match(stdout, says);
        const file =
          what === "alerts" ? "ops/alerts/payments-availability.rules.yml" : "ops/dashboards/payments.json";
        assert.match(read(file), reads);
      }
    }
    const bare = await folder(test, contract(), {})("alerts");
    assert.match(bare.stdout, /: holdfast_resilience_\*, assumed: --metrics or --run tells\n/);
    const blind = await folder(test, contract(), { seen: [] })("alerts", "--run", "run");
    assert.match(blind.stdout, /assumed: run r7 read none \(service\.metrics\)\n/);
  });

  it("is read from the scrapes of a run that put no alert to the proof", async (test) => {
    const run = folder(test, contract("", real), { rules: ours, scrape: `${otel} 3\n` });
    for (const what of ["alerts", "dashboards"])
      assert.match(
        (await run(what, "--run", "run")).stdout,
        /: http_client_request_duration_seconds, as run r7 exported them\n/,
      );
    const unread = folder(test, contract("", real), { scrape: "{{{" });
    assert.match((await unread("alerts", "--run", "run")).stdout, /assumed: run r7 read none/);
  });

  it("is told to be of no use for rules where it does not tell providers apart", async (test) => {
    // Without the host nobody knows which of the requests go to this provider.
    const run = folder(test, contract(), { seen: [otel] });
    const { status, stdout } = await run("alerts", "--run", "run");
    assert.equal(status, 0);
    assert.match(
      stdout,
      /_count, which does not tell providers apart, as run r7 exported them\nnote: .*\n.*--address/,
    );
    const told = await run("alerts", "--run", "run", "--address", "payments=api.payments.example");
    assert.match(told.stdout, /seconds, as run r7 exported them\n/);
    assert.match(
      JSON.parse((await run("alerts", "--json")).stdout).metrics,
      /^Metrics of calls: holdfast_resilience_/,
    );
  });

  it("makes runbooks that ask for nothing else", async (test) => {
    const run = folder(test, contract(), { rules: "http_requests_total" });
    const { status, stdout, stderr, read } = await run("runbooks");
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /http_requests_total, which does not tell providers apart, as the rules of the contract read/,
    );
    assert.match(read("runbooks/payments.md"), /http_requests_total\{/);
    assert.doesNotMatch(read("runbooks/payments.md"), /holdfast_resilience/);
  });
});

describe("generated alerts", () => {
  it("are about a breaker and a budget only where the policy has them", async (test) => {
    const alertsOf = async (policy: string): Promise<readonly string[]> => {
      const { stdout } = await folder(test, contract(policy), {})("alerts", "--json");
      return JSON.parse(stdout).modes.map(({ alert }: { readonly alert: string }) => alert);
    };
    const policy = "    policy: { retry: { attempts: 3 }";
    assert.deepEqual(await alertsOf(`${policy} }\n`), ["RetryStorm", "RateLimitedByProvider"]);
    assert.deepEqual(await alertsOf(`${policy}, breaker: {}, budget: {} }\n`), [
      "CircuitBreakerOpen",
      "RetryStorm",
      "RetryBudgetSpent",
      "RateLimitedByProvider",
    ]);
  });
});
