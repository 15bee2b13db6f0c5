import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";
import { openContract } from "./open-contract.ts";
import { bufferIo } from "./testing/buffer-io.ts";

const contract = `holdfast: 1
service: { name: checkout, start: node service.ts, url: "http://127.0.0.1:\${port}", metrics: GET /metrics }
integrations:
  payments: { protocol: http, provider: stub, address: { env: PAYMENTS_URL }, slo: { availability: 99.9%, window: 30d } }
operations: { rules: ops/alerts/*.rules.yml }
`;

describe("opening a contract that names rules", () => {
  it("refuses a pattern that matches none, until they are generated", async (test) => {
    const cwd = mkdtempSync(join(tmpdir(), "holdfast-open-"));
    test.after(() => rmSync(cwd, { recursive: true, force: true }));
    writeFileSync(join(cwd, "holdfast.yaml"), contract);
    const io = bufferIo({ cwd });

    assert.equal(await openContract("holdfast.yaml", false, io), null);
    assert.match(io.stderr(), /holdfast\.yaml:5:22[\s\S]*ops\/alerts\/\*\.rules\.yml/);
    assert.equal(await dispatch(commands, "0.0.0", ["generate", "alerts"], bufferIo({ cwd })), 0);
    const opened = await openContract("holdfast.yaml", false, bufferIo({ cwd }));
    assert.deepEqual(
      opened?.operations?.rules.map(({ written }) => written),
      ["ops/alerts/payments-availability.rules.yml", "ops/alerts/payments-failures.rules.yml"],
    );
    assert.deepEqual(opened?.service?.metrics, { method: "GET", path: "/metrics" });
    assert.deepEqual(opened?.notBuilt, []);
  });

  it("refuses one that leaves the folder, also where files may be missing", async (test) => {
    const cwd = mkdtempSync(join(tmpdir(), "holdfast-open-"));
    test.after(() => rmSync(cwd, { recursive: true, force: true }));
    mkdirSync(join(cwd, "shop"));
    writeFileSync(join(cwd, "a.rules.yml"), "groups: []\n");
    writeFileSync(join(cwd, "shop/holdfast.yaml"), contract.replace("ops/alerts", ".."));
    const io = bufferIo({ cwd });

    assert.equal(await openContract("shop/holdfast.yaml", false, io, { mayBeMissing: true }), null);
    assert.match(io.stderr(), /holdfast\.yaml:5:22[\s\S]*contract's folder/);
  });
});

describe("opening a contract that cannot be read", () => {
  it("tells a missing file without a frame of code", async (test) => {
    const cwd = mkdtempSync(join(tmpdir(), "holdfast-open-"));
    test.after(() => rmSync(cwd, { recursive: true, force: true }));
    const io = bufferIo({ cwd });

    assert.equal(await openContract("holdfast.yaml", false, io), null);
    assert.match(io.stderr(), /^holdfast\.yaml:1:1 FILE_MISSING\n {2}found no file /);
    assert.doesNotMatch(io.stderr(), /\|/);
  });

  it("tells rules that are a folder or no text, in the contract's own line", async (test) => {
    const cwd = mkdtempSync(join(tmpdir(), "holdfast-open-"));
    test.after(() => rmSync(cwd, { recursive: true, force: true }));
    mkdirSync(join(cwd, "ops"));
    writeFileSync(join(cwd, "ops/a.yml"), Buffer.from([0x1f, 0x8b, 0xff, 0]));
    for (const [rules, told] of [
      [
        "ops",
        /\^\n {2}operations\.rules: found "ops", a folder.*\n {2}Remedy: Name the files in it: ops\/\*\.yml\.\n/,
      ],
      ["ops/*.yml", /\^\n {2}operations\.rules: found ops\/a\.yml, a file that is no text in UTF-8/],
    ] as const) {
      writeFileSync(join(cwd, "holdfast.yaml"), contract.replace("ops/alerts/*.rules.yml", rules));
      const io = bufferIo({ cwd });
      assert.equal(await openContract("holdfast.yaml", false, io), null);
      assert.match(io.stderr(), told);
    }
  });
});
