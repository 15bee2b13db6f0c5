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
