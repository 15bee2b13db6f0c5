import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { badContracts, badSyntax } from "../test/fixtures/bad-contracts.ts";
import { readContract } from "./read-contract.ts";

const env = { PORT_OF_LEDGER: "seven", SECRET_WORD: "hunter2hunter2" };

const cases = [...badSyntax, ...badContracts];
const sound = readFileSync(new URL("../test/fixtures/sound.yaml", import.meta.url), "utf8");

describe("a bad contract", () => {
  assert.ok(cases.length >= 60);

  for (const [why, part, becomes, code, remedy] of cases) {
    it(`is told where and how to mend it: ${why}`, () => {
      assert.ok(part === null || sound.includes(part), "the part stands in the sound contract");
      const marked = part === null ? becomes : sound.replace(part, () => becomes);
      const text = marked.replace("«", "");
      const before = marked.slice(0, marked.indexOf("«")).split("\n");

      const read = readContract({ file: "/srv/holdfast.yaml", text, env });

      assert.ok("problems" in read, "it must not be accepted");
      const problem = read.problems.find((candidate) => candidate.code === code);
      assert.ok(problem !== undefined, `${code} is not among ${JSON.stringify(read.problems, null, 1)}`);
      assert.match(problem.remedy, remedy);
      assert.notEqual(problem.expected, "");
      assert.notEqual(problem.found, "");
      if (!marked.includes("«")) return;
      const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
      assert.deepEqual(problem.place, place);
      if (part !== null) assert.equal(read.problems.length, 1, JSON.stringify(read.problems, null, 1));
    });
  }

  it("has a sound one beside it", () => {
    assert.ok("contract" in readContract({ file: "/srv/holdfast.yaml", text: sound, env }));
  });

  it("is told first that its version is wrong, before what is missing", () => {
    const text = "service: { name: a }\nholdfast: 2\n";
    const read = readContract({ file: "/srv/holdfast.yaml", text, env });
    assert.ok("problems" in read);
    const codes = read.problems.map(({ code, path }) => `${code} ${path.join(".")}`);
    assert.equal(codes[0], "OUT_OF_RANGE holdfast");
    assert.ok(codes.includes("MISSING integrations"), codes.join());
  });

  it("never shows what came from the environment", () => {
    for (const [part, becomes] of [
      ["4s", '"${SECRET_WORD}"'],
      ["stub", '"${SECRET_WORD}"'],
      ["protocol: http", 'protocol: "${SECRET_WORD}"'],
      ["[payments.charge]", '["${SECRET_WORD}"]'],
      ["POST /v1/charges", '"${SECRET_WORD}"'],
      ["GET /health", '"x${SECRET_WORD}"'],
    ] as const) {
      const read = readContract({
        file: "/srv/holdfast.yaml",
        text: sound.replace(part, () => becomes),
        env,
      });
      assert.ok("problems" in read);
      assert.ok(read.problems.length > 0);
      assert.doesNotMatch(JSON.stringify(read.problems), /hunter2/);
    }
  });
});
