import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}" }
integrations:
  payments: { protocol: http, address: { env: PAYMENTS_URL }, runbook: runbooks/payments.md }
`;

/** A runbook that was reviewed so many days ago. */
function runbook(daysAgo = 0): string {
  const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return `# ErrorBudgetBurn1h

Owner: team payments. Last reviewed: ${day}. See [the contract](../holdfast.yaml).

## Meaning

Calls to the payment provider fail far too often.

## Impact

Customers cannot pay and orders stay open.

## Diagnosis

Look at how calls end:

\`\`\`promql
sum by (error_type) (rate(holdfast_resilience_calls_total[5m]))
\`\`\`

## Mitigation

Send traffic to the second provider; to roll back, set it to the first.

\`\`\`sh
kubectl set env deploy/checkout PROVIDER=second
\`\`\`

## Verification

The burn rate falls below one:

\`\`\`promql
slo:current_burn_rate:ratio < 1
\`\`\`

## Escalation

Call the payments lead after 15 minutes.
`;
}

async function run(
  test: TestContext,
  text: string,
  words: readonly string[] = ["check"],
  more: Readonly<Record<string, string>> = {},
) {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-runbooks-"));
  test.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, "holdfast.yaml"), contract);
  mkdirSync(join(cwd, "runbooks"));
  writeFileSync(join(cwd, "runbooks/payments.md"), text);
  for (const [name, content] of Object.entries(more)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  const io = bufferIo({ cwd });
  const status = await dispatch(commands, "0.0.0", ["runbooks", ...words], io);
  return { status, stdout: io.stdout(), stderr: io.stderr() };
}

describe("holdfast runbooks check", () => {
  it("finds nothing to say about a runbook that the contract names", async (test) => {
    const { status, stdout, stderr } = await run(test, runbook());
    assert.deepEqual([status, stdout, stderr], [0, "1 runbook: 0 errors, 0 advice\n", ""]);
  });

  it("says what is missing, where, and how to mend it", async (test) => {
    const broken = runbook()
      .replace("calls_total", "call_total")
      .replace("; to roll back, set it to the first", "");
    const { status, stdout } = await run(test, broken);
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^runbooks\/payments\.md:18 error metrics-exist\n {2}there is no metric holdfast_resilience_call_total\n {2}Remedy: Did you mean holdfast_resilience_calls_total\?\n/,
    );
    assert.match(stdout, /runbooks\/payments\.md:25 error reversible\n/);
    assert.match(stdout, /\n1 runbook: 2 errors, 0 advice\n$/);
  });

  it("takes the files that are named, as many as there are", async (test) => {
    const words = ["check", "runbooks/payments.md", "runbooks/again.md", "--json"];
    const text = runbook().replace("../holdfast.yaml", "nowhere.md");
    const { status, stdout } = await run(test, text, words, { "runbooks/again.md": text });
    assert.equal(status, 1);
    const { runbooks: checked } = JSON.parse(stdout);
    assert.deepEqual(
      checked.map(({ file, findings }: { file: string; findings: { rule: string; line: number }[] }) => [
        file,
        findings[0]?.rule,
        findings[0]?.line,
      ]),
      [
        ["runbooks/payments.md", "links", 3],
        ["runbooks/again.md", "links", 3],
      ],
    );
  });

  it("is strict about advice where it is told to be, and about reviews as long ago as it is told", async (test) => {
    const old = runbook(200);
    assert.equal((await run(test, old)).status, 0);
    assert.match((await run(test, old)).stdout, /advice owned\n {2}it was reviewed 20[01] days ago/);
    assert.equal((await run(test, old, ["check", "--fail-on", "advice"])).status, 1);
    assert.equal(
      (await run(test, old, ["check", "--fail-on", "advice", "--reviewed-within", "365"])).status,
      0,
    );
  });

  it("knows metrics that it is told of", async (test) => {
    const other = runbook().replace("holdfast_resilience_calls_total", "shop_orders_total");
    assert.equal((await run(test, other)).status, 1);
    assert.equal((await run(test, other, ["check", "--metric", "shop_orders_total"])).status, 0);
  });

  it("takes every runbook below a folder, and each once", async (test) => {
    const more = {
      "runbooks/deep/er/mail.md": "# Mail\n",
      "runbooks/notes.txt": "",
      "runbooks/.draft/x.md": "",
      "runbooks/README.md": "# What these are\n",
      "runbooks/node_modules/y.md": "",
    };
    const words = ["check", "runbooks", "runbooks/payments.md", "--json"];
    const { status, stdout, stderr } = await run(test, runbook(), words, more);
    assert.deepEqual([status, stderr], [1, ""]);
    const files = JSON.parse(stdout).runbooks.map(({ file }: { readonly file: string }) => file);
    assert.deepEqual(files, ["runbooks/deep/er/mail.md", "runbooks/payments.md"]);
  });

  it("knows what the rules of the contract record and read, where it is named or no file is", async (test) => {
    const other = runbook()
      .replace("holdfast_resilience_calls_total", "shop_orders_total")
      .replace("slo:current_burn_rate:ratio", "shop:orders:rate5m");
    const rules = `groups: [{ name: a, rules: [{ record: "shop:orders:rate5m", expr: 'sum(rate(shop_orders_total[5m]))' }] }]\n`;
    const more = {
      "holdfast.yaml": `${contract}operations: { rules: ops/*.yml }\n`,
      "ops/shop.yml": rules,
    };
    for (const words of [["check"], ["check", "runbooks", "--contract", "holdfast.yaml"]]) {
      const { status, stdout, stderr } = await run(test, other, words, more);
      assert.deepEqual([status, stderr], [0, ""], stdout);
    }
    const without = await run(test, other, ["check", "runbooks"], more);
    assert.match(without.stdout, /there is no metric shop_orders_total/);
    assert.equal(without.status, 1);
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["another word than check", ["mend"], /USAGE: "mend" is nothing that can be done/],
    ["no word", [], /<what> is missing/],
    [
      "a folder without runbooks",
      ["check", "empty"],
      /USAGE: .*empty is a folder without a runbook, a file \*\.md/,
    ],
    ["a file that is not there", ["check", "none.md"], /USAGE: .*none\.md cannot be read/],
    ["a contract that is not there", ["check", "--contract", "none.yaml"], /FILE_MISSING/],
  ];
  for (const [name, words, says] of wrong) {
    it(`ends with 2 and a remedy for ${name}`, async (test) => {
      const { status, stderr } = await run(test, runbook(), words, { "empty/notes.txt": "" });
      assert.equal(status, 2);
      assert.match(stderr, says);
      assert.match(stderr, /Remedy: /);
    });
  }
});
