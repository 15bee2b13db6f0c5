import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import { processesWith } from "../src/run/process-table.ts";
import { contractOf, payments, placeOrder, temporaryFolder } from "./support/contract.ts";
import { experimentOf, fixed, instancesOf, only, runOf, samplesOf } from "./support/run.ts";

const quick = () => fixed([experimentOf("503-forever", { samples: 1 })]);

/** What the contract ends in: code, message and remedy; whatever was seen is kept and nothing is left running. */
async function failureOf(contract: ReturnType<typeof contractOf>, readyMs = 30_000) {
  const out = temporaryFolder();
  const error = await runOf(contract, quick(), { out, readyTimeoutMs: readyMs }).then(
    () => assert.fail("the run should have failed"),
    (failure: unknown) => failure,
  );
  assert.ok(isCodedError(error), String(error));
  assert.ok(error.remedy.length > 20);
  const first = JSON.parse(readFileSync(join(out, "observations.ndjson"), "utf8").split("\n")[0] ?? "");
  assert.equal(first.type, "run");
  assert.deepEqual(processesWith({ run: first.run, instance: null }), []);
  return error;
}

describe("bad input", { timeout: 120_000 }, () => {
  const cases: readonly [
    what: string,
    contract: ReturnType<typeof contractOf>,
    code: string,
    message: RegExp,
  ][] = [
    [
      "start not found",
      contractOf("good", { service: { start: ["no-such-command"] } }),
      "START_NOT_FOUND",
      /no-such-command/,
    ],
    [
      "start exits at once",
      contractOf("exits"),
      "START_EXITED",
      /exited with 7 before it was ready: cannot read the configuration file\. Its last lines/,
    ],
    [
      "its program is not there, above the stack",
      contractOf("good", { service: { start: [process.execPath, "no-such-server.js"] } }),
      "START_EXITED",
      /before it was ready: Error: Cannot find module '.*no-such-server\.js'\. Its last lines:[\s\S]*Node\.js v/,
    ],
    ["it is never ready", contractOf("never-ready"), "NEVER_READY", /GET \/health: answered 503/],
    ["port taken", contractOf("port-taken"), "PORT_TAKEN", /port taken/],
    [
      "prepare fails",
      contractOf("good", { service: { prepare: [process.execPath, "-e", "process.exit(4)"] } }),
      "PREPARE_FAILED",
      /ended with 4/,
    ],
    [
      "the service never calls the provider",
      contractOf("no-call"),
      "BASELINE_FAILED",
      /never called payments/,
    ],
    [
      "the service calls the provider once and keeps its answer",
      contractOf("caches"),
      "BASELINE_FAILED",
      /call 1 of an instance reached payments, calls 2–3 did not: does the service cache the answer\? Its last/,
    ],
    [
      "the service calls the provider after it has answered",
      contractOf("background"),
      "BASELINE_FAILED",
      /called payments only (39|[4-9]\d)\d ms after its answer: such background calls cannot be attributed/,
    ],
    [
      "the scenario fails with no fault",
      contractOf("fails"),
      "BASELINE_FAILED",
      /answered 500, expected 201/,
    ],
    [
      "the service dies at the gate",
      contractOf("good", {
        service: {
          start: [
            process.execPath,
            "-e",
            "setTimeout(() => process.exit(9), 400); require('http').createServer((q, s) => { if (q.url === '/health') s.end(); }).listen(process.env.PORT)",
          ],
        },
      }),
      "BASELINE_FAILED",
      /ended \(exit status 9\)/,
    ],
    [
      "the provider is down",
      contractOf("good", {
        integrations: [
          {
            ...payments,
            provider: { kind: "url", url: "http://127.0.0.1:9", sandbox: false, maxCalls: null },
          },
        ],
      }),
      "BASELINE_FAILED",
      /payments at http:\/\/127\.0\.0\.1:9: connect ECONNREFUSED 127\.0\.0\.1:9/,
    ],
    [
      "a module cannot be imported",
      contractOf("good", {
        scenarios: [{ ...placeOrder, act: { kind: "module", module: "/no/such/module.mjs" } }],
      }),
      "MODULE_UNUSABLE",
      /no such|Cannot find module/i,
    ],
  ];
  for (const [what, contract, code, message] of cases) {
    it(`names it when ${what}`, async () => {
      const error = await failureOf(contract, code === "NEVER_READY" ? 1_500 : undefined);
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }

  it("tells what the provider answered when it refuses a healthy call", async () => {
    const provider = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
      const real = { ...payments, provider: { kind: "url", url, sandbox: false, maxCalls: null } as const };
      const error = await failureOf(contractOf("good", { integrations: [real] }));
      assert.equal(error.code, "BASELINE_FAILED");
      assert.match(error.message, /payments answered 401/);
    } finally {
      provider.close();
    }
  });

  it("names a certificate that is not trusted, and how to trust its authority", async () => {
    const fixture = (name: string): string =>
      readFileSync(join(import.meta.dirname, "..", "..", "faults", "test", "fixtures", name), "utf8");
    const provider = createTlsServer({ cert: fixture("provider.pem"), key: fixture("provider-key.pem") });
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    try {
      const url = `https://localhost:${(provider.address() as AddressInfo).port}`;
      const real = { ...payments, provider: { kind: "url", url, sandbox: false, maxCalls: null } as const };
      const error = await failureOf(contractOf("good", { integrations: [real] }));
      assert.equal(error.code, "BASELINE_FAILED");
      assert.match(error.message, /payments at https:\/\/localhost:\d+: .*certificate/);
      assert.match(error.remedy, /NODE_EXTRA_CA_CERTS/);
    } finally {
      provider.close();
    }
  });

  it("says so when the folder cannot be written, before it starts anything", async () => {
    const out = join(temporaryFolder(), "file");
    writeFileSync(out, "");
    await assert.rejects(runOf(contractOf("good"), quick(), { out }), { code: "FOLDER_NOT_WRITABLE" });
    if (process.getuid?.() === 0) return;
    const closed = temporaryFolder();
    chmodSync(closed, 0o500);
    await assert.rejects(runOf(contractOf("good"), quick(), { out: join(closed, "run") }), {
      code: "FOLDER_NOT_WRITABLE",
    });
  });
});

describe("a disk that is full", { skip: !existsSync("/dev/full") }, () => {
  it("ends the run with what it has, and says so", async () => {
    const out = temporaryFolder();
    symlinkSync("/dev/full", join(out, "observations.ndjson"));
    const { interrupted, run } = await runOf(contractOf("good"), quick(), { out });
    assert.match(interrupted ?? "", /no space is left/);
    assert.deepEqual(processesWith({ run, instance: null }), []);
  });
});

describe("a service that misbehaves", { timeout: 120_000 }, () => {
  it("is evidence when it dies under a fault, not an error of the environment", async () => {
    const { observations, interrupted } = await runOf(contractOf("dies-on-fault"), quick());
    assert.equal(interrupted, null);
    const [sample] = samplesOf(observations);
    assert.equal(sample?.outcome, "failed");
    const instance = instancesOf(observations).find(({ instance: id }) => id === sample?.instance);
    assert.deepEqual([instance?.end, instance?.exitCode, instance?.answeredAfter], ["exited", 3, null]);
  });

  it("is killed when it ignores SIGTERM", async () => {
    const { observations, run } = await runOf(contractOf("ignores-term"), quick());
    assert.ok(instancesOf(observations).every(({ end }) => end === "killed"));
    assert.deepEqual(processesWith({ run, instance: null }), []);
  });

  it("leaves no grandchild, not even in a session of its own", async () => {
    const out = temporaryFolder();
    let most = 0;
    const { run } = await runOf(contractOf("grandchild"), quick(), {
      out,
      progress: () => {
        const begun = JSON.parse(readFileSync(join(out, "observations.ndjson"), "utf8").split("\n")[0] ?? "");
        most = Math.max(most, processesWith({ run: begun.run, instance: null }).length);
      },
    });
    assert.ok(most >= 3, `the noise meter, a service and its grandchild were there: ${most}`);
    assert.deepEqual(processesWith({ run, instance: null }), []);
  });

  it("cannot fill the disk or the memory with logs", async () => {
    const { folder, observations } = await runOf(contractOf("flood"), quick());
    assert.equal(samplesOf(observations).length, 1);
    const logs = readdirSync(join(folder, "logs")).map((name) => statSync(join(folder, "logs", name)).size);
    assert.ok(Math.max(...logs) < 5.3e6, String(logs));
  });

  it("may answer with ten megabytes", async () => {
    const scenario = { ...placeOrder, expect: null };
    const { observations } = await runOf(contractOf("big", { scenarios: [scenario] }), quick());
    assert.equal(only(observations, "call").filter(({ outcome }) => outcome === "succeeded").length, 6);
  });
});
