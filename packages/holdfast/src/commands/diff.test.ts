import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { dispatch } from "../dispatch.ts";
import { bufferIo } from "../testing/buffer-io.ts";
import { commands } from "./index.ts";

const contract = (policy: string) => `holdfast: 1
integrations:
  payments:
    protocol: http
    provider: stub
    address: { env: PAYMENTS_URL }
    operations: { charge: { request: GET /v1/charges } }
    policy: ${policy}
scenarios: { pay: { module: ./pay.mjs, uses: [payments.charge] } }
`;

/** Six healthy calls, and so many attempts in each of twelve calls of an outage. */
function observations(attempts: number): readonly object[] {
  const healthy = Array.from({ length: 6 }, (_, index) => callOf(`h${index}`, "gate", 1));
  const failing = Array.from({ length: 12 }, (_, index) => callOf(`f${index}`, "sample", attempts));
  const experiment = {
    id: "pay/payments.charge/503-forever",
    name: "503-forever",
    summary: "",
    program: { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] },
    scenario: "pay",
    integration: "payments",
    operation: "charge",
    checks: ["bounded"],
    samples: 12,
    samplesMax: 12,
  };
  return [
    ...healthy.flat(),
    ...failing.flat(),
    { type: "experiment", experiment, wallMs: 1, samples: 12, stoppedBecause: null },
  ];
}

function callOf(id: string, phase: string, attempts: number): readonly object[] {
  const experiment = phase === "gate" ? "pay" : "pay/payments.charge/503-forever";
  const endedMs = 1_000 + attempts * 200;
  const call = {
    type: "call",
    id,
    experiment,
    instance: id,
    phase,
    index: 0,
    startedMs: 1_000,
    endedMs,
    watchedUntilMs: endedMs + 500,
    outcome: phase === "gate" ? "succeeded" : "failed",
  };
  const exchanges = Array.from({ length: attempts }, (_, index) => ({
    type: "exchange",
    id: `${id}.${index}`,
    instance: id,
    integration: "payments",
    operation: "charge",
    armedCall: id,
    arrivedMs: 1_005 + index * 200,
    firedMs: phase === "gate" ? null : 1_005 + index * 200,
    faultCompleteMs: 1_006 + index * 200,
    request: {
      method: "GET",
      target: "/",
      headers: [],
      mentions: [id],
      fields: {},
      digest: `${id}.${index}`,
    },
    response: { status: 503, completeMs: 1_006 + index * 200 },
    consumerClosed: null,
  }));
  return [call, ...exchanges];
}

/** A folder with a contract and a run for each number of attempts, as `verify` would leave them. */
function home(test: TestContext, policy: string, runs: Readonly<Record<string, number | null>>): string {
  const cwd = mkdtempSync(join(tmpdir(), "holdfast-diff-"));
  test.after(() => rmSync(cwd, { recursive: true, force: true }));
  const file = join(cwd, "holdfast.yaml");
  writeFileSync(file, contract(policy));
  for (const [name, attempts] of Object.entries(runs)) {
    const folder = mkdtempSync(join(cwd, `${name}-`));
    const run = {
      run: name,
      contract: { file, digest: "" },
      seed: 1,
      startedAt: "2026-11-23T10:00:00.000Z",
      endedAt: "",
    };
    writeFileSync(join(folder, "run.json"), JSON.stringify(run));
    const head = { type: "run", run: name, seed: 1, startedAt: run.startedAt, versions: {}, runbooks: {} };
    const seen = attempts === null ? [head] : [head, ...observations(attempts)];
    writeFileSync(join(folder, "observations.ndjson"), seen.map((one) => JSON.stringify(one)).join("\n"));
    folders.set(`${cwd}/${name}`, folder);
  }
  return cwd;
}
const folders = new Map<string, string>();

async function run(cwd: string, names: readonly string[], ...words: readonly string[]) {
  const io = bufferIo({ cwd, columns: 100 });
  const paths = names.map((name) => folders.get(`${cwd}/${name}`) ?? name);
  const status = await dispatch(commands, "0.0.0", ["diff", ...paths, ...words], io);
  return { status, stdout: io.stdout(), stderr: io.stderr() };
}

describe("holdfast diff", () => {
  it("finds nothing between a run and a contract that it keeps", async (test) => {
    const cwd = home(test, "{ retry: { attempts: 3 } }", { before: 3 });
    const { status, stdout, stderr } = await run(cwd, ["before"]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^before beside what its contract declares\n\npayments\.charge\n/);
    assert.match(stdout, /✓ agrees +attempts +3 +declared 3\n/);
    assert.match(stdout, /\n0 differ · 1 agrees? · /);
  });

  it("ends with 1 where a run shows another policy than the declared one", async (test) => {
    const cwd = home(test, "{ retry: { attempts: 4 } }", { before: 3 });
    const { status, stdout } = await run(cwd, ["before"]);
    assert.equal(status, 1);
    assert.match(stdout, /✗ differs +attempts +3 +declared 4\n[\s\S]*Exit 1 {2}something differs\n$/);
  });

  it("ends with 1 where two runs differ, and with 0 where they do not", async (test) => {
    const cwd = home(test, "{}", { before: 3, same: 3, after: 5 });
    assert.equal((await run(cwd, ["before", "same"])).status, 0);
    const { status, stdout } = await run(cwd, ["before", "after"]);
    assert.equal(status, 1);
    assert.match(stdout, /^before beside after, the later one\n/);
    assert.match(stdout, /✗ differs +attempts +3 +5\n/);
  });

  it("ends with 3 where nothing is declared that could be compared", async (test) => {
    const cwd = home(test, "{}", { before: 3 });
    const { status, stdout } = await run(cwd, ["before"]);
    assert.equal(status, 3);
    assert.match(stdout, /Exit 3 {2}nothing could be compared\n$/);
  });

  it("prints one document with --json", async (test) => {
    const cwd = home(test, "{ retry: { attempts: 4 } }", { before: 3 });
    const { status, stdout } = await run(cwd, ["before"], "--json");
    assert.equal(status, 1);
    const { schemaVersion, run: id, against, targets, counts } = JSON.parse(stdout);
    assert.deepEqual([schemaVersion, id, against, counts.differs], [1, "before", null, 1]);
    const attempts = targets[0].traits.find((one: { field: string }) => one.field === "retry.attempts");
    assert.deepEqual([attempts.before.value, attempts.declared, attempts.standing], [3, 4, "differs"]);
  });

  it("ends with 2 and a remedy where there is no run, or none that shows a policy", async (test) => {
    const cwd = home(test, "{}", { empty: null });
    const missing = await run(cwd, ["nowhere"]);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /RUN_NOT_READABLE[\s\S]*Remedy: /);
    const empty = await run(cwd, ["empty"]);
    assert.equal(empty.status, 2);
    assert.match(empty.stderr, /NO_FINGERPRINT[\s\S]*Remedy: /);
  });
});
