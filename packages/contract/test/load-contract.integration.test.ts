import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadBaseline, loadContract } from "../src/index.ts";

describe("loading a contract", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-contract-"));
    await mkdir(join(folder, "folder"));
    await writeFile(join(folder, "empty.yaml"), "");
    await writeFile(join(folder, "latin1.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    await writeFile(join(folder, "binary.yaml"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0xff]));
    await writeFile(join(folder, "large.yaml"), Buffer.alloc(1_000_001, "#"));
    await writeFile(join(folder, "marked.yaml"), "\uFEFFholdfast: 2\n");
    await writeFile(join(folder, "windows.yaml"), "holdfast: 2\r\nx: 1\r\n");
    await writeFile(join(folder, "locked.yaml"), "holdfast: 1\n");
    await chmod(join(folder, "locked.yaml"), 0);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, code, remedy] of [
    ["missing.yaml", "FILE_MISSING", /holdfast init/],
    ["empty.yaml/under.yaml", "FILE_MISSING", /holdfast init/],
    ["folder", "FILE_IS_FOLDER", /folder\/holdfast\.yaml/],
    ["empty.yaml", "EMPTY", /holdfast init/],
    ["latin1.yaml", "NOT_UTF8", /UTF-8/],
    ["binary.yaml", "NOT_UTF8", /right file/],
    ["large.yaml", "TOO_LARGE", /right file/],
    ["marked.yaml", "OUT_OF_RANGE", /Write 1/],
    ["windows.yaml", "OUT_OF_RANGE", /Write 1/],
  ] as const) {
    it(`tells ${code} of ${name}`, async () => {
      const read = await loadContract(join(folder, name), {});
      assert.ok("problems" in read);
      const problem = read.problems.find((candidate) => candidate.code === code);
      assert.ok(problem !== undefined, JSON.stringify(read.problems));
      assert.match(problem.remedy, remedy);
      assert.equal(problem.place.line, 1);
    });
  }

  it("tells FILE_UNREADABLE of a file that may not be read", async (t) => {
    if (process.getuid?.() === 0) return t.skip("root may read every file");
    const read = await loadContract(join(folder, "locked.yaml"), {});
    assert.ok("problems" in read);
    return assert.equal(read.problems[0]?.code, "FILE_UNREADABLE");
  });

  it("takes a missing baseline for an empty one, and reads the one beside the contract", async () => {
    const contract = join(folder, "holdfast.yaml");
    assert.deepEqual(await loadBaseline(contract, {}), { accept: [] });
    await writeFile(join(folder, "holdfast.baseline.yaml"), "accept: []\n");
    assert.deepEqual(await loadBaseline(contract, {}), { accept: [] });
    await writeFile(join(folder, "holdfast.baseline.yaml"), "accept: 5\n");
    assert.ok("problems" in (await loadBaseline(contract, {})));
  });

  it("finds the files that it names where they lie, and passes over what nobody means", async () => {
    for (const name of ["ops/more", "node_modules/a"]) await mkdir(join(folder, name), { recursive: true });
    for (const name of ["ops/b.yml", "ops/a.yml", "ops/more/c.yml", "ops/d.json", "node_modules/a/e.yml"])
      await writeFile(join(folder, name), "");
    const rest =
      "service: { name: a, start: b }\nintegrations: { p: { protocol: http, provider: stub, address: { env: P } } }\n";
    const file = join(folder, "operations.yaml");
    const load = async (patterns: string, options = {}) => {
      await writeFile(file, `holdfast: 1\n${rest}operations: ${patterns}\n`);
      return loadContract(file, {}, options);
    };

    const read = await load('{ rules: "**/*.yml", dashboards: [ops/d.json] }');
    assert.ok("contract" in read, JSON.stringify(read));
    assert.deepEqual(read.contract.operations, {
      rules: ["ops/a.yml", "ops/b.yml", "ops/more/c.yml"].map((written) => ({
        path: join(folder, written),
        written,
      })),
      dashboards: [{ path: join(folder, "ops/d.json"), written: "ops/d.json" }],
    });

    const missing = await load("{ rules: ops/more }");
    assert.ok("problems" in missing);
    assert.equal(missing.problems[0]?.code, "FILE_IS_FOLDER");
    await writeFile(join(folder, "ops/d.json"), Buffer.from([0x1f, 0x8b, 0xff]));
    const bytes = await load("{ dashboards: ops/*.json }");
    assert.ok("problems" in bytes);
    assert.equal(bytes.problems[0]?.code, "NOT_UTF8");
    await writeFile(join(folder, "ops/d.json"), Buffer.alloc(2_000_001, "a"));
    const large = await load("{ dashboards: ops/*.json }");
    assert.ok("problems" in large);
    assert.equal(large.problems[0]?.code, "TOO_LARGE");
    assert.ok("contract" in (await load("{ rules: ops/more }", { mayBeMissing: true })));
  });

  it("reads the contracts of the examples without problems or warnings", async () => {
    const examples = new URL("../../../examples/", import.meta.url).pathname;
    const found = (await readdir(examples, { recursive: true })).filter(
      (name) => name.endsWith("holdfast.yaml") && !name.includes("node_modules"),
    );
    assert.ok(found.length >= 2);
    for (const name of found) {
      const read = await loadContract(join(examples, name), process.env);
      assert.ok("contract" in read, `${name}: ${JSON.stringify(read)}`);
      assert.deepEqual(read.contract.warnings, [], name);
    }
  });
});
